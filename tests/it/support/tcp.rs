//! What every server of the test bed stands on: a loopback port, one task per connection, and connections that can be
//! reset under whatever serves them.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use hyper_util::client::legacy::connect::HttpConnector;
use socket2::SockRef;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::{AbortHandle, JoinHandle, JoinSet};

/// A loopback port reserved for this test. It refuses connections until
/// [`listen`](Self::listen) is called, which can be done again once that listener is gone.
#[derive(Debug)]
pub(crate) struct Port {
    addr: SocketAddr,
    /// Bound and not listening.
    _kept: TcpSocket,
}

impl Port {
    pub(crate) fn free() -> Self {
        let kept = socket();
        kept.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        Self { addr: kept.local_addr().unwrap(), _kept: kept }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    pub(crate) fn listen(&self) -> TcpListener {
        let socket = socket();
        socket.bind(self.addr).unwrap();
        socket.listen(1024).unwrap()
    }
}

fn socket() -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket
}

/// Ends one connection with a reset, from wherever it is known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Knife(Arc<Notify>);

impl Knife {
    pub(crate) fn cut(&self) {
        self.0.notify_one();
    }
}

/// A server: accepts, counts, and hands each connection to its function. Dropping it closes the port and what is open.
#[derive(Debug)]
pub(crate) struct Serving {
    addr: SocketAddr,
    connections: Arc<AtomicUsize>,
    cut: watch::Sender<u64>,
    stop: Arc<Notify>,
    task: Option<JoinHandle<()>>,
    abort: AbortHandle,
}

impl Serving {
    /// On a port of its own. `serve` gets the socket and the number of the connection, from 0.
    pub(crate) async fn start<F, S>(serve: F) -> Self
    where
        F: Fn(TcpStream, usize, Knife) -> S + Send + 'static,
        S: Future<Output = ()> + Send + 'static,
    {
        Self::on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap(), serve)
    }

    pub(crate) fn on<F, S>(listener: TcpListener, serve: F) -> Self
    where
        F: Fn(TcpStream, usize, Knife) -> S + Send + 'static,
        S: Future<Output = ()> + Send + 'static,
    {
        let addr = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let (cut, cuts) = watch::channel(0);
        let stop = Arc::new(Notify::new());
        let (counted, stopped) = (Arc::clone(&connections), Arc::clone(&stop));
        let task = tokio::spawn(async move {
            let mut open = JoinSet::new();
            loop {
                let accepted = tokio::select! {
                    accepted = listener.accept() => accepted,
                    () = stopped.notified() => break,
                };
                // A client that is gone before it was accepted.
                let Ok((stream, _)) = accepted else { continue };
                if stream.set_nodelay(true).is_err() {
                    continue;
                }
                let number = counted.fetch_add(1, Ordering::SeqCst);
                let knife = Knife::default();
                let Ok(socket) = SockRef::from(&stream).try_clone() else { continue };
                let work = serve(stream, number, knife.clone());
                let mut cuts = cuts.clone();
                // Earlier cuts were meant for others.
                cuts.mark_unchanged();
                open.spawn(connection(work, socket, knife, cuts));
                while open.try_join_next().is_some() {}
            }
            drop(listener);
            open.abort_all();
            while open.join_next().await.is_some() {}
        });
        Self { addr, connections, cut, stop, abort: task.abort_handle(), task: Some(task) }
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Number of connections accepted so far.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// Resets every connection that is open, and goes on accepting.
    pub(crate) fn drop_connections(&self) {
        self.cut.send_modify(|count| *count += 1);
    }

    /// Closes the port, resets every connection, and returns when that is done.
    pub(crate) async fn stop(mut self) {
        self.drop_connections();
        self.stop.notify_one();
        if let Some(task) = self.task.take() {
            task.await.unwrap();
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.abort.abort();
    }
}

async fn connection(
    work: impl Future<Output = ()> + Send + 'static,
    socket: socket2::Socket,
    knife: Knife,
    mut cuts: watch::Receiver<u64>,
) {
    /// Whoever is aborted half-way hangs up like a process that was killed.
    struct Reset(socket2::Socket, bool);
    impl Drop for Reset {
        fn drop(&mut self) {
            if self.1 {
                // It may be closed already, which is as good.
                let _ = self.0.set_linger(Some(Duration::ZERO));
            }
        }
    }
    // Declared first, dropped last: only the last owner of a socket that is set to linger for no time resets it.
    let mut reset = Reset(socket, true);
    let mut work = Box::pin(work);
    tokio::select! {
        biased;
        () = &mut work => reset.1 = false,
        () = knife.0.notified() => {
            // What has been written before the cut goes out first.
            let once = std::future::poll_fn(|context| Poll::Ready(work.as_mut().poll(context).is_ready()));
            once.await;
        }
        _ = cuts.changed() => {}
    }
}

/// A connection without delays to `host:port`.
pub(crate) async fn dial(authority: &str) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(authority).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// For clients of hyper.
pub(crate) fn connector() -> HttpConnector {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    connector
}

/// Copies both ways until one side is done.
pub(crate) async fn splice<A, B>(mut one: A, mut other: B)
where
    A: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
    B: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    // That a peer hung up is what this is for.
    let _: io::Result<(u64, u64)> = tokio::io::copy_bidirectional(&mut one, &mut other).await;
}

/// `host:port` of a URL without a path.
pub(crate) fn authority(url: &str) -> String {
    url.split_once("://").map_or(url, |(_, rest)| rest).trim_end_matches('/').to_owned()
}

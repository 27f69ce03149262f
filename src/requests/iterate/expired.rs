//! Pages of collections with a time to live (TTL), from which the server drops expired objects.
//!
//! The server drops expired objects after it has put a page together. Such a page is short, or
//! empty although objects follow, and does not say how far it went. REST lists all stored objects,
//! expired or not: it tells an empty page from the end, and gives the next cursor.

use super::walk::{Page, check_order};
use crate::operations::object_pages;
use crate::{Result, Uuid};

/// Returns the page after the cursor `after`. It is empty only at the end.
///
/// `listed` fetches a page without expired objects, `stored` the ids of all objects of that page.
pub(super) async fn page<T, L, S>(
    mut after: Option<Uuid>,
    listed: impl Fn(Option<Uuid>) -> L,
    stored: impl Fn(Option<Uuid>) -> S,
) -> Result<Page<T>>
where
    L: Future<Output = Result<object_pages::Page<T>>>,
    S: Future<Output = Result<Vec<Uuid>>>,
{
    // Last id that was stored after the cursor, when the last page came empty.
    let mut last_stored = None;
    loop {
        let object_pages::Page { objects, complete } = listed(after).await?;
        if complete || !objects.is_empty() {
            return Ok(objects);
        }
        // The cursor moves only after a second empty page. After the first one, expired objects may
        // have been deleted before `stored` read them, so that `stored` saw later, live objects.
        if last_stored.is_some() {
            after = last_stored;
        }
        last_stored = check_order(after, stored(after).await?.into_iter())?;
        if last_stored.is_none() {
            return Ok(Page::new());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::future::ready;

    use super::*;
    use crate::Error;

    const SIZE: usize = 3;

    /// Stored ids, each with whether it has expired. A page is three ids, without the expired ones.
    struct Server {
        objects: RefCell<Vec<(u128, bool)>>,
        asked: RefCell<String>,
        knows_expiry: bool,
    }

    impl Server {
        fn new(objects: &str) -> Self {
            let objects = objects.chars().zip(1..).map(|(c, id)| (id, c == 'x')).collect();
            Self { objects: RefCell::new(objects), asked: RefCell::default(), knows_expiry: true }
        }

        fn window(&self, after: Option<Uuid>) -> Vec<(u128, bool)> {
            let after = after.map_or(0, |id| id.as_u128());
            self.objects.borrow().iter().filter(|(id, _)| *id > after).take(SIZE).copied().collect()
        }

        fn listed(&self, after: Option<Uuid>) -> object_pages::Page<()> {
            self.asked.borrow_mut().push('g');
            let shown = self.window(after).into_iter().filter(|(_, expired)| !expired);
            let objects = shown.map(|(id, _)| (Uuid::from_u128(id), ())).collect();
            object_pages::Page { objects, complete: !self.knows_expiry }
        }

        fn stored(&self, after: Option<Uuid>) -> Vec<Uuid> {
            self.asked.borrow_mut().push('r');
            self.window(after).into_iter().map(|(id, _)| Uuid::from_u128(id)).collect()
        }

        async fn all(&self) -> Vec<u128> {
            let (mut all, mut after) = (Vec::new(), None);
            loop {
                let page = page(after, |id| ready(Ok(self.listed(id))), |id| ready(Ok(self.stored(id)))).await.unwrap();
                let Some((last, ())) = page.last() else { return all };
                after = Some(*last);
                all.extend(page.iter().map(|(id, ())| id.as_u128()));
            }
        }
    }

    #[tokio::test]
    async fn expired_objects_do_not_hide_later_ones() {
        for (objects, asked) in [
            ("", "gr"),
            ("..", "ggr"),
            (".....", "gggr"),
            ("xxx", "grgr"),
            ("xxx.", "grgrggr"),
            (".xxxxxxx.", "ggrgrgrggr"),
            ("xxxxxx", "grgrgr"),
            ("x.x.x.xxxxx..x", "ggggrgrgggrgr"),
        ] {
            let server = Server::new(objects);
            let alive: Vec<u128> = objects.chars().zip(1..).filter(|(c, _)| *c == '.').map(|(_, id)| id).collect();
            assert_eq!(server.all().await, alive, "{objects}");
            assert_eq!(*server.asked.borrow(), asked, "{objects}");
        }
        let server = Server { knows_expiry: false, ..Server::new("..") };
        assert_eq!((server.all().await.len(), server.asked.borrow().as_str()), (2, "gg"));
    }

    /// The server deletes expired objects between the empty page and the listing of stored ids.
    #[tokio::test]
    async fn objects_deleted_meanwhile_do_not_hide_later_ones() {
        let server = Server::new("xxx...");
        let first = Cell::new(true);
        let stored = |after| {
            if first.take() {
                server.objects.borrow_mut().retain(|(_, expired)| !expired);
            }
            ready(Ok(server.stored(after)))
        };
        let found = page(None, |after| ready(Ok(server.listed(after))), stored).await.unwrap();
        assert_eq!(found.iter().map(|(id, ())| id.as_u128()).collect::<Vec<_>>(), [4, 5, 6]);
    }

    #[tokio::test]
    async fn a_failed_or_repeated_listing_of_stored_ids_is_an_error() {
        let empty = |_| ready(Ok(object_pages::Page::<()> { objects: Vec::new(), complete: false }));
        let denied = |_| ready(Err(Error::decode("denied")));
        assert!(page(None, empty, denied).await.is_err());
        // The listing repeats itself.
        let same = |_| ready(Ok(vec![Uuid::from_u128(1)]));
        let error = page(None, empty, same).await.unwrap_err();
        assert!(error.to_string().contains("must come after"), "{error}");
    }
}

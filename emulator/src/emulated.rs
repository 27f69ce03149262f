//! Emulated server, as all of its protocols see it.

use std::ops::Deref;
use std::sync::Arc;

use tokio::time::Instant;

use crate::access::auth::issuer::Issuer;
use crate::access::auth::{self, Caller, Denied};
use crate::access::rbac::{Forbidden, Need, Rbac};
use crate::config::Config;
use crate::engine::store::Store;
use crate::faults::Injector;
use crate::requests::Served;

/// Data, access rules and request log of an emulated server.
#[derive(Debug)]
pub(crate) struct Emulated {
    store: Store,
    /// Issuer whose tokens are taken beside the API keys.
    pub(crate) issuer: Option<Issuer>,
    /// Roles. Without them every known user may do everything.
    pub(crate) rbac: Option<Rbac>,
    pub(crate) served: Served,
    pub(crate) faults: Arc<Injector>,
}

impl Emulated {
    pub(crate) fn new(config: Config) -> Self {
        let issuer = config.oidc.clone().map(Issuer::new);
        let rbac = Rbac::new(&config);
        Self { store: Store::new(config), issuer, rbac, served: Served::default(), faults: Arc::default() }
    }

    /// Checks the value of an `authorization` header.
    pub(crate) async fn authenticate(&self, authorization: Option<&str>) -> Result<Caller, Denied> {
        auth::check(&self.config, self.issuer.as_ref(), authorization).await
    }

    /// Waits until so many objects of a batch are in the vector indexes, or until the server stops.
    pub(crate) async fn index_batch(&self, objects: usize) {
        let done = self.store.index_batch(objects);
        if done > Instant::now() {
            tokio::select! {
                () = tokio::time::sleep_until(done) => {}
                () = self.faults.released() => {}
            }
        }
    }

    /// Returns whether the caller may do it, which everybody may where there are no roles.
    pub(crate) fn allows(&self, caller: &Caller, need: &Need) -> Result<(), Forbidden> {
        self.rbac.as_ref().map_or(Ok(()), |rbac| rbac.read().check(caller, need))
    }
}

/// The protocols read and write the store; only the protocols ask for rights.
impl Deref for Emulated {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

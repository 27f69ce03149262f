//! The default headers of a client. The API keys of model providers can be replaced at run time.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use http::HeaderMap;

use crate::options::headers::{Headers, replace};

pub(crate) struct DefaultHeaders {
    /// The headers that are set when the client is built.
    fixed: HeaderMap,
    /// `fixed` and the keys of model providers.
    current: RwLock<Arc<HeaderMap>>,
}

impl DefaultHeaders {
    pub(crate) fn new(fixed: HeaderMap, integrations: &Headers) -> Self {
        let headers = Self { current: RwLock::new(Arc::new(fixed.clone())), fixed };
        headers.set_integrations(integrations);
        headers
    }

    /// Returns the headers for one attempt.
    pub(crate) fn current(&self) -> Arc<HeaderMap> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the keys of model providers.
    pub(crate) fn set_integrations(&self, integrations: &Headers) {
        let mut all = self.fixed.clone();
        if let Some(own) = integrations.map() {
            replace(&mut all, own);
        }
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(all);
    }
}

/// Prints the header names only: the values are secrets.
impl fmt::Debug for DefaultHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.current().keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integration_keys_can_be_replaced_and_removed() {
        let mut fixed = HeaderMap::new();
        fixed.insert("x-a", http::HeaderValue::from_static("1"));
        let keys = |name: &str| {
            let mut headers = Headers::default();
            headers.insert(name, "hunter2");
            headers
        };
        let outgoing = DefaultHeaders::new(fixed, &keys("x-openai-api-key"));
        let before = outgoing.current();
        assert_eq!(before.len(), 2);
        outgoing.set_integrations(&keys("x-cohere-api-key"));
        assert!(outgoing.current().contains_key("x-cohere-api-key") && outgoing.current().contains_key("x-a"));
        assert!(!outgoing.current().contains_key("x-openai-api-key") && before.contains_key("x-openai-api-key"));
        assert!(!format!("{outgoing:?}").contains("hunter2"));
    }
}

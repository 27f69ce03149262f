//! Questions to one node, outside of the run loop: is it ready, does it know a collection.

use std::pin::Pin;
use std::time::Duration;

use tokio::time::timeout;

use super::Transport;
use super::run::Attempt;
use super::run::confirm::{Answer, Oracle, Question};
use crate::error::{Error, Result};
use crate::options::Protocol;
use crate::options::headers::Headers;

impl Oracle for Transport {
    fn ask<'a>(
        &'a self,
        node: usize,
        question: &'a Question,
        headers: &'a Headers,
        within: Duration,
    ) -> Pin<Box<dyn Future<Output = Answer> + Send + 'a>> {
        Box::pin(async move {
            let asked = timeout(within, self.inquire(node, question, headers, within)).await;
            Answer::of(asked.unwrap_or_else(|_| Err(Error::timeout(within))))
        })
    }
}

impl Transport {
    async fn inquire(&self, node: usize, question: &Question, headers: &Headers, within: Duration) -> Result<()> {
        let attempt = self.attempt_at(node, Protocol::Rest, headers.clone(), within).await?;
        match question {
            Question::IsReady => attempt.rest(|rest| rest.weaviate_wellknown_readiness()).await,
            Question::NodeKnows(name) => {
                attempt.rest(|rest| rest.schema_objects_get(name, Some(false))).await.map(drop)
            }
            Question::LeaderKnows(name) => attempt.rest(|rest| rest.schema_objects_get(name, None)).await.map(drop),
        }
    }

    /// Prepares an attempt at one node, with the current token.
    pub(super) async fn attempt_at(
        &self,
        node: usize,
        protocol: Protocol,
        call_headers: Headers,
        within: Duration,
    ) -> Result<Attempt<'_>> {
        let authorization = self.inner.credential.authorize(within).await?;
        Ok(Attempt {
            node: self.inner.nodes.get(node),
            protocol,
            another_node: false,
            timeout: within,
            authorization: authorization.map(|sent| sent.header),
            client_headers: self.inner.headers.current(),
            propagation: self.inner.propagation.as_ref(),
            call_headers,
        })
    }
}

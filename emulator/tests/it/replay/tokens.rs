//! Tokens in the place of the recorded ones, whose issuer's key nobody has any more: the same claims, signed by the
//! stand-in that the server under test is told to trust.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::scenario::{Request, Scenario};
use crate::issuer::{self, Issuer};

/// The issuer of the recorded tokens.
const RECORDED_ISSUER: &str = "http://127.0.0.1:23997";

/// Recorded values and those in their place.
pub(crate) fn stand_ins(scenario: &Scenario, issuer: &Issuer) -> Vec<(String, String)> {
    let mut signatures: HashMap<String, String> = HashMap::new();
    let mut found = Vec::new();
    for step in &scenario.steps {
        let headers = match &step.request {
            Request::Rest(rest) => &rest.headers,
            Request::Grpc(grpc) => &grpc.metadata,
        };
        let token = headers.get("authorization").and_then(|value| value.strip_prefix("Bearer "));
        let Some((token, mut claims)) = token.and_then(|token| Some((token, claims(token)?))) else { continue };
        if claims["iss"] == RECORDED_ISSUER {
            claims["iss"] = issuer.url().into();
        }
        let (signed, signature) = token.rsplit_once('.').expect("it was read in parts");
        let first = signatures.entry(signed.to_owned()).or_insert_with(|| signature.to_owned());
        let minted = issuer.token(&claims);
        // What was signed before and now carries another signature was tampered with.
        let minted = if first.as_str() == signature { minted } else { issuer::tampered(&minted) };
        found.push((token.to_owned(), minted));
    }
    found.push((RECORDED_ISSUER.to_owned(), issuer.url().to_owned()));
    found
}

fn claims(token: &str) -> Option<Value> {
    let mut parts = token.split('.').skip(1);
    let claims = parts.next()?;
    parts.next()?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}

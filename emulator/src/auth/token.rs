//! A token read, and the keys that prove where it comes from.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey};
use serde_json::{Map, Value as Json};

/// A JSON web token, not yet checked.
#[derive(Debug)]
pub(super) struct Token<'a> {
    header: Map<String, Json>,
    pub(super) claims: Map<String, Json>,
    signed: &'a str,
    signature: Vec<u8>,
}

impl<'a> Token<'a> {
    /// The error is the server's text for what is no token.
    pub(super) fn parse(text: &'a str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split('.').collect();
        let malformed = |what: &str| format!("oidc: malformed jwt: {what}");
        let [header, claims, signature] = parts[..] else {
            return Err(malformed(&format!("oidc: malformed jwt, expected 3 parts got {}", parts.len())));
        };
        let object = |part: &str| -> Option<Map<String, Json>> {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
        };
        Ok(Self {
            header: object(header).ok_or_else(|| malformed("its header is not a JSON object"))?,
            claims: object(claims).ok_or_else(|| malformed("its claims are not a JSON object"))?,
            signed: text.get(..header.len() + 1 + claims.len()).unwrap_or_default(),
            signature: URL_SAFE_NO_PAD.decode(signature).map_err(|_| malformed("its signature is not base64"))?,
        })
    }

    pub(super) fn algorithm(&self) -> &str {
        self.header.get("alg").and_then(Json::as_str).unwrap_or_default()
    }

    /// A claim that is a text.
    pub(super) fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim).and_then(Json::as_str)
    }

    /// A claim that is a text or a list of texts.
    pub(super) fn texts(&self, claim: &str) -> Option<Vec<String>> {
        match self.claims.get(claim)? {
            Json::String(text) => Some(vec![text.clone()]),
            Json::Array(list) => Some(list.iter().filter_map(Json::as_str).map(str::to_owned).collect()),
            _ => None,
        }
    }

    /// A claim that is a time, in seconds since 1970.
    #[expect(clippy::cast_possible_truncation, reason = "a fraction of a second does not matter, and casts saturate")]
    pub(super) fn seconds(&self, claim: &str) -> Option<i64> {
        self.claims.get(claim).and_then(Json::as_f64).map(|seconds| seconds as i64)
    }

    /// Whether one of the keys signed it. A token that names its key is only held to that one.
    pub(super) fn is_signed_by(&self, keys: &[Key]) -> bool {
        let id = self.header.get("kid").and_then(Json::as_str).filter(|id| !id.is_empty());
        keys.iter().filter(|key| id.is_none_or(|id| key.id == id)).any(|key| key.signed(self))
    }
}

/// A public key of an issuer.
#[derive(Debug)]
pub(super) struct Key {
    id: String,
    material: Material,
}

#[derive(Debug)]
enum Material {
    Rsa {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
    /// A point on P-256, uncompressed.
    Ec(Vec<u8>),
}

/// The signatures that are understood, by their names in tokens.
pub(super) const ALGORITHMS: [&str; 2] = ["RS256", "ES256"];

impl Key {
    /// Reads a JSON web key; `None` for kinds that sign none of the [`ALGORITHMS`].
    pub(super) fn parse(key: &Json) -> Option<Self> {
        let bytes = |member: &str| URL_SAFE_NO_PAD.decode(key.get(member)?.as_str()?).ok();
        let text = |member: &str| key.get(member).and_then(Json::as_str).unwrap_or_default();
        let material = match (text("kty"), text("crv")) {
            ("RSA", _) => Material::Rsa { modulus: bytes("n")?, exponent: bytes("e")? },
            ("EC", "P-256") => Material::Ec([vec![4], bytes("x")?, bytes("y")?].concat()),
            _ => return None,
        };
        Some(Self { id: text("kid").to_owned(), material })
    }

    fn signed(&self, token: &Token<'_>) -> bool {
        let (message, signature) = (token.signed.as_bytes(), token.signature.as_slice());
        match (&self.material, token.algorithm()) {
            (Material::Rsa { modulus, exponent }, "RS256") => RsaPublicKeyComponents { n: modulus, e: exponent }
                .verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
                .is_ok(),
            (Material::Ec(point), "ES256") => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature).is_ok()
            }
            _ => false,
        }
    }
}

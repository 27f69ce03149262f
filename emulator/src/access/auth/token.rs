//! A token read, and the keys that prove where it comes from.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey};
use serde_json::{Map, Value as Json};

use super::fault::TokenFault;

/// A JSON web token, not yet checked.
#[derive(Debug)]
pub(super) struct Token<'a> {
    header: Map<String, Json>,
    pub(super) claims: Map<String, Json>,
    signed: &'a str,
    signature: Vec<u8>,
}

impl<'a> Token<'a> {
    /// Reads a token without checking it.
    pub(super) fn parse(text: &'a str) -> Result<Self, TokenFault> {
        let parts: Vec<&str> = text.split('.').collect();
        let [header, claims, signature] = parts[..] else {
            return Err(TokenFault::Parts(parts.len()));
        };
        let object = |part: &str| -> Option<Map<String, Json>> {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
        };
        Ok(Self {
            header: object(header).ok_or(TokenFault::NoObject("header is"))?,
            claims: object(claims).ok_or(TokenFault::NoObject("claims are"))?,
            signed: text.get(..header.len() + 1 + claims.len()).unwrap_or_default(),
            signature: URL_SAFE_NO_PAD.decode(signature).map_err(|_| TokenFault::Signature)?,
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

    /// Returns whether one of the keys signed it. A token that names its key is only held to that one.
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A key made for this test and thrown away.
    const MODULUS: &str = "-X3PIYj_FeDXZC9n2hN20AsYfthj51tOjvw0jpo2WEKAdtblRHYqa9_fvvE_KbqKKKClbWsLpBqd9PMlKGrFDQBXuOyVuU-nYnIl83aKKaYaLrIvm49qMrWgaJaziVrVGOWHMGwH4oNmst-plnh5lYtZOfIXernjG6LTS7QpFoy98qSxiidHBJHRCAVajHjJZrczBdfqV8N4TZiUfIEeUUI0Sa9zJPAaBN1hKhPBqcWMF-cezDHZhxtln2JPIr4Xz3wbrckIvqRpWeKKd6Y14wc4kHk_vsAPybJNhdzmTQZwAT389xbDu_1G_qauuo5I0aimNBmGBtqdgX9iwfp2QQ";
    /// Signed with it: for `demo`, of `jane`, until the year 2100.
    const TOKEN: &str = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6InJzYSJ9.eyJpc3MiOiJodHRwOi8vMTI3LjAuMC4xOjkiLCJhdWQiOiJkZW1vIiwic3ViIjoiamFuZSIsImV4cCI6NDEwMjQ0NDgwMH0.VtP6Jkxc4p04Fm6Tn4Xx1a4JmuhwcB_rK93_9RVdiJl9NLwnUrVulwI0YUKf9OQlKPlSrq5VT3CmocjmiKpLe2tDohBPv94QLhWppAnMukHMgszzrnSLD1zoo8sFhQpaSi47qdX9rXMRMQV8sogeJrkwjn6TLK3q5U5Y8Q0tXlGXQQF2wnWghg6e75cPAn-mpLtCYMdpqEuAdMjEB81AnQXh9neQFGGkatO6coSt8z1XtEY2SvFabNhIzGmK7G7lii9EIVhTIM1A3HnKEuUksiQ72frXKqgbovJTvLIDOph-ddqey8YzSCx5bOG-_5yeStBRmt-jUv0SjAaTTarpBw";

    fn key(id: &str, kind: &str) -> Option<Key> {
        Key::parse(&json!({"kty": kind, "kid": id, "n": MODULUS, "e": "AQAB"}))
    }

    #[test]
    fn rs256_is_checked() {
        let token = Token::parse(TOKEN).unwrap();
        assert_eq!((token.algorithm(), token.text("sub")), ("RS256", Some("jane")));
        assert_eq!(token.texts("aud"), Some(vec!["demo".to_owned()]));
        assert_eq!(token.seconds("exp"), Some(4_102_444_800));
        assert!(token.is_signed_by(&[key("other", "RSA").unwrap(), key("rsa", "RSA").unwrap()]));
        assert!(!token.is_signed_by(&[key("other", "RSA").unwrap()]));
        assert!(!token.is_signed_by(&[]));
        let other = Token::parse(TOKEN).map(|token| Token { signature: vec![0; 256], ..token }).unwrap();
        assert!(!other.is_signed_by(&[key("rsa", "RSA").unwrap()]));
        let other = Token::parse(TOKEN).map(|token| Token { signed: "another.text", ..token }).unwrap();
        assert!(!other.is_signed_by(&[key("rsa", "RSA").unwrap()]));
    }

    #[test]
    fn unfit_keys_are_passed_over() {
        assert!(key("rsa", "oct").is_none());
        assert!(Key::parse(&json!({"kty": "EC", "crv": "P-521", "x": "AA", "y": "AA"})).is_none());
        assert!(Key::parse(&json!({"kty": "RSA", "n": "not base64!", "e": "AQAB"})).is_none());
        assert!(Key::parse(&json!("text")).is_none());
        // A point that is none: read, and no signature fits it.
        let point = Key::parse(&json!({"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"})).unwrap();
        assert!(!point.signed(&Token::parse(TOKEN).unwrap()));
    }

    #[test]
    fn what_is_no_token() {
        for text in ["", "garbage", "a.b", "a.b.c", "e30.e30.!", "W10.e30.AA", "e30.e30.AA.AA", "\u{fc}.\u{fc}.\u{fc}"]
        {
            assert!(Token::parse(text).unwrap_err().to_string().starts_with("oidc: malformed jwt: "), "{text}");
        }
        assert!(Token::parse("e30.e30.").is_ok());
    }
}

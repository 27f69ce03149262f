//! Reasons why a permission is not taken, in the server's words.

use thiserror::Error;

/// Reason why JSON is not a permission.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum PermissionFault {
    /// All that is wrong with its names.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Names(Vec<PatternFault>),
    #[error("unknown action {0}")]
    Action(String),
    /// The server prints the pointer it has.
    #[error("policy: invalid permission: &{{0xc000000000{}}}", " <nil>".repeat(11))]
    NoGroup,
    #[error("policy: invalid groups type: {0}")]
    GroupType(String),
}

/// Reason why a name in a permission is not a pattern. `field` is the name's.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum PatternFault {
    #[error("'{0}' is not a valid class name. Name should not be longer than 255 characters")]
    LongCollection(String),
    #[error("'{0}' is not a valid class name")]
    Collection(String),
    #[error("empty tenant name")]
    NoTenant,
    #[error(
        " '{0}' is not a valid tenant name. should only contain alphanumeric characters (a-z, A-Z, 0-9), underscore (_), and hyphen (-), with a length between 1 and 64 characters"
    )]
    Tenant(String),
    #[error("{field} exceeds the maximum length of {longest} characters")]
    Long { field: &'static str, longest: usize },
    #[error("{field} '{pattern}' must not contain '/'")]
    Slash { field: &'static str, pattern: String },
    /// With the fault of the expression that the server makes of the pattern.
    #[error("{field} '{pattern}' is not a valid pattern: {fault}")]
    Syntax { field: &'static str, pattern: String, fault: String },
}

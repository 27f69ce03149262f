//! Roles of users: those of API keys and those of the issuer.

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::{Value as Json, json};

use crate::access::auth::{Caller, UserKind};
use crate::access::rbac::{Forbidden, Need, ROOT, Rbac, Roles, Subject, knows};
use crate::emulated::Emulated;

use super::super::bodies::{ASSIGN_TO_USER, REVOKE_FROM_USER};
use super::super::call::check_enum;
use super::{Call, Reply, all_exist, allowed, check_role_of_list, named_roles, roles as of_roles, shown};

/// Type of a user whose key the server was started with.
const KEY_USER: &str = "db_env_user";

/// The users of one kind that have a role, as far as the caller may see them, in the order of their names.
fn users_with<'a>(roles: &'a Roles, role: &'a str, wanted: UserKind, call: &'a Call) -> impl Iterator<Item = &'a str> {
    let visible = move |user: &str| {
        let own = matches!(&call.caller, Caller::User { name, .. } if name == user);
        own || roles.may(&call.caller, &Need::users("read", user))
    };
    let of_kind = move |subject: &'a Subject| match subject {
        Subject::User(kind, name) => (*kind == wanted).then_some(name.as_str()),
        Subject::Group(_) => None,
    };
    roles.subjects(Some(role)).filter_map(of_kind).filter(move |user| visible(user))
}

/// Names alone, each once: the old form of the next one.
pub(super) fn names_of_role(emulated: &Emulated, roles: &Roles, role: &str, call: &Call) -> Result<Reply, Reply> {
    check_role_of_list(emulated, roles, role, call)?;
    let kinds = [UserKind::Db, UserKind::Oidc].into_iter();
    let names: BTreeSet<&str> = kinds.flat_map(|kind| users_with(roles, role, kind, call)).collect();
    Ok(Reply::ok(names.into_iter().collect()))
}

pub(super) fn of_role(emulated: &Emulated, roles: &Roles, role: &str, call: &Call) -> Result<Reply, Reply> {
    check_role_of_list(emulated, roles, role, call)?;
    let of_kind =
        |kind, name| users_with(roles, role, kind, call).map(move |user| json!({"userId": user, "userType": name}));
    let list: Vec<Json> = of_kind(UserKind::Oidc, "oidc").chain(of_kind(UserKind::Db, KEY_USER)).collect();
    Ok(Reply::ok(list.into()))
}

fn kind_of(name: &str) -> UserKind {
    if name == "oidc" { UserKind::Oidc } else { UserKind::Db }
}

/// Returns whether there can be a user of any kind.
fn exists(emulated: &Emulated, user: &str) -> bool {
    [UserKind::Oidc, UserKind::Db].into_iter().any(|kind| knows(&emulated.config, kind, user))
}

/// The old form: the roles that a user has as one of any kind, with all that they allow.
pub(super) fn roles_of_any(emulated: &Emulated, roles: &Roles, user: &str, call: &Call) -> Result<Reply, Reply> {
    let own = matches!(&call.caller, Caller::User { name, .. } if name == user);
    if !own {
        allowed(roles, &call.caller, &Need::users("read", user))?;
    }
    if !exists(emulated, user) {
        return Err(Reply::empty(StatusCode::NOT_FOUND));
    }
    let of_kind = |kind| roles.of(&Subject::User(kind, user.to_owned()));
    let named: BTreeSet<String> = [UserKind::Db, UserKind::Oidc].into_iter().flat_map(of_kind).collect();
    let mut refused: Option<Forbidden> = None;
    let mut found = Vec::new();
    for role in &named {
        match of_roles::check_readable(roles, role, call) {
            Err(refusal) if !own => refused = Some(refusal),
            _ => found.extend(roles.json(role)),
        }
    }
    match refused {
        Some(refusal) if found.is_empty() => Err(Reply::forbidden(&refusal)),
        _ => Ok(Reply::ok(found.into())),
    }
}

pub(super) fn roles_of(
    emulated: &Emulated,
    roles: &Roles,
    user: &str,
    kind: &str,
    call: &Call,
) -> Result<Reply, Reply> {
    check_enum("userType in path", &kind.into(), &["oidc", "db"])?;
    let kind = kind_of(kind);
    // Everybody may know their own.
    let own = matches!(&call.caller, Caller::User { name, kind: own, .. } if name == user && *own == kind);
    if !own {
        allowed(roles, &call.caller, &Need::users("read", user))?;
    }
    check_kind(emulated, kind, "user existence")?;
    if !knows(&emulated.config, kind, user) {
        return Err(Reply::empty(StatusCode::NOT_FOUND));
    }
    shown(roles, &Subject::User(kind, user.to_owned()), own, call).map(Reply::ok)
}

/// Without an issuer there are no users of one.
fn check_kind(emulated: &Emulated, kind: UserKind, doing: &str) -> Result<(), Reply> {
    if kind == UserKind::Oidc && emulated.config.oidc.is_none() {
        return Err(Reply::error(StatusCode::INTERNAL_SERVER_ERROR, format!("{doing}: oidc is not enabled")));
    }
    Ok(())
}

pub(super) fn set(emulated: &Emulated, rbac: &Rbac, user: &str, assign: bool, call: &Call) -> Result<Reply, Reply> {
    let body = call.object(if assign { &ASSIGN_TO_USER } else { &REVOKE_FROM_USER })?;
    check_enum("body.userType in body", &body["userType"], &["db", "oidc"])?;
    let named = named_roles(&body, assign)?;
    let missing = |text: &str| Reply::error(StatusCode::NOT_FOUND, text);
    let mut roles = rbac.write();
    allowed(&roles, &call.caller, &Need::assign_user(user))?;
    if !all_exist(&roles, &named) {
        let text = if assign { "roles requested" } else { "request roles" };
        return Err(missing(&format!("one or more of the {text} doesn't exist")));
    }
    if assign {
        roles.check_assignment(&call.caller, &named).map_err(|refusal| Reply::forbidden(&refusal))?;
    }
    // Without a kind, the user gets the roles as one of any kind, also of a kind that there is not.
    let (kinds, known) = match body["userType"].as_str().filter(|kind| !kind.is_empty()).map(kind_of) {
        Some(kind) => {
            check_kind(emulated, kind, "user exists")?;
            (vec![kind], knows(&emulated.config, kind, user))
        }
        None => (vec![UserKind::Oidc, UserKind::Db], exists(emulated, user)),
    };
    if !known {
        let text = if assign { "assign role to" } else { "revoke role from" };
        return Err(missing(&format!("username to {text} doesn't exist")));
    }
    for kind in kinds {
        let subject = Subject::User(kind, user.to_owned());
        if assign {
            roles.assign(subject, named.iter().cloned());
        } else {
            roles.revoke(&subject, &named);
        }
    }
    Ok(Reply::empty(StatusCode::OK))
}

/// Users of keys are only shown to root.
pub(super) fn with_keys(emulated: &Emulated, roles: &Roles, call: &Call) -> Reply {
    let is_root = roles.of_caller(&call.caller).contains(ROOT);
    let users = emulated.config.api_keys.iter().filter(|_| is_root);
    Reply::ok(users.map(|key| user_json(roles, &key.user)).collect())
}

pub(super) fn with_key(emulated: &Emulated, roles: &Roles, user: &str, call: &Call) -> Result<Reply, Reply> {
    allowed(roles, &call.caller, &Need::users("read", user))?;
    if knows(&emulated.config, UserKind::Db, user) {
        Ok(Reply::ok(user_json(roles, user)))
    } else {
        Err(Reply::empty(StatusCode::NOT_FOUND))
    }
}

fn user_json(roles: &Roles, user: &str) -> Json {
    /// Go's idea of no time at all.
    const NEVER: &str = "0001-01-01T00:00:00.000Z";
    let of_user = roles.of(&Subject::User(UserKind::Db, user.to_owned()));
    json!({
        "active": true,
        "createdAt": NEVER,
        "dbUserType": KEY_USER,
        "lastUsedAt": NEVER,
        "roles": of_user,
        "userId": user,
    })
}

//! Roles, and who has them: `/authz` and the users of API keys. Only where there are roles.

use http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use crate::auth::{Caller, UserKind};
use crate::rbac::{Action, Forbidden, Need, Permission, ROOT, Rbac, Roles, Subject, is_built_in, knows};
use crate::store::Emulated;

use super::call::{Call, check_enum};
use super::reply::Reply;

/// What a path below `/authz` or `/users` names.
#[derive(Debug, Clone, Copy)]
pub(super) enum Resource<'a> {
    Roles,
    Role(&'a str),
    /// To add to a role or to take from it.
    Permissions {
        role: &'a str,
        add: bool,
    },
    HasPermission(&'a str),
    /// Names alone, the old form of the next one.
    UsersOfRole(&'a str),
    UserAssignments(&'a str),
    GroupAssignments(&'a str),
    /// Without a kind, the old form: users of API keys, with all that their roles allow.
    RolesOfUser {
        user: &'a str,
        kind: Option<&'a str>,
    },
    User {
        user: &'a str,
        assign: bool,
    },
    Groups(&'a str),
    RolesOfGroup {
        group: &'a str,
        kind: &'a str,
    },
    Group {
        group: &'a str,
        assign: bool,
    },
    KeyUsers,
    KeyUser(&'a str),
}

impl<'a> Resource<'a> {
    /// Of the segments behind `v1`.
    pub(super) fn find(segments: &[&'a str]) -> Option<Self> {
        Some(match *segments {
            ["authz", "roles"] => Self::Roles,
            ["authz", "roles", role] => Self::Role(role),
            ["authz", "roles", role, "add-permissions"] => Self::Permissions { role, add: true },
            ["authz", "roles", role, "remove-permissions"] => Self::Permissions { role, add: false },
            ["authz", "roles", role, "has-permission"] => Self::HasPermission(role),
            ["authz", "roles", role, "users"] => Self::UsersOfRole(role),
            ["authz", "roles", role, "user-assignments"] => Self::UserAssignments(role),
            ["authz", "roles", role, "group-assignments"] => Self::GroupAssignments(role),
            ["authz", "users", user, "roles"] => Self::RolesOfUser { user, kind: None },
            ["authz", "users", user, "roles", kind] => Self::RolesOfUser { user, kind: Some(kind) },
            ["authz", "users", user, "assign"] => Self::User { user, assign: true },
            ["authz", "users", user, "revoke"] => Self::User { user, assign: false },
            ["authz", "groups", kind] => Self::Groups(kind),
            ["authz", "groups", group, "roles", kind] => Self::RolesOfGroup { group, kind },
            ["authz", "groups", group, "assign"] => Self::Group { group, assign: true },
            ["authz", "groups", group, "revoke"] => Self::Group { group, assign: false },
            ["users", "db"] => Self::KeyUsers,
            ["users", "db", user] => Self::KeyUser(user),
            _ => return None,
        })
    }

    pub(super) fn methods(self) -> &'static [&'static str] {
        match self {
            Self::Roles => &["GET", "POST"],
            Self::Role(_) => &["DELETE", "GET"],
            Self::Permissions { .. } | Self::HasPermission(_) | Self::User { .. } | Self::Group { .. } => &["POST"],
            Self::KeyUser(_) => &["DELETE", "GET", "POST"],
            _ => &["GET"],
        }
    }

    pub(super) fn answer(self, emulated: &Emulated, rbac: &Rbac, method: &Method, call: &Call) -> Result<Reply, Reply> {
        match self {
            Self::Roles if method == Method::POST => create(rbac, call),
            Self::Roles => Ok(list(&rbac.read(), call)),
            Self::Role(role) if method == Method::DELETE => delete(rbac, role, call),
            Self::Role(role) => {
                let roles = rbac.read();
                let found = readable(&roles, role, call)?;
                found.map(Reply::ok).ok_or_else(|| Reply::empty(StatusCode::NOT_FOUND))
            }
            Self::Permissions { role, add } => change(rbac, role, add, call),
            Self::HasPermission(role) => has_permission(&rbac.read(), role, call),
            Self::UsersOfRole(role) => assigned(rbac, role, call, |subject| match subject {
                Subject::User(_, name) => Some(name.as_str().into()),
                Subject::Group(_) => None,
            }),
            Self::UserAssignments(role) => assigned(rbac, role, call, |subject| match subject {
                Subject::User(UserKind::Db, name) => Some(json!({"userId": name, "userType": KEY_USER})),
                Subject::User(UserKind::Oidc, name) => Some(json!({"userId": name, "userType": "oidc"})),
                Subject::Group(_) => None,
            }),
            Self::GroupAssignments(role) => assigned(rbac, role, call, |subject| match subject {
                Subject::Group(group) => Some(json!({"groupId": group, "groupType": "oidc"})),
                Subject::User(..) => None,
            }),
            Self::RolesOfUser { user, kind } => roles_of_user(emulated, rbac, user, kind, call),
            Self::User { user, assign } => set_user(emulated, rbac, user, assign, call),
            Self::Groups(kind) => {
                check_enum("groupType in path", &kind.into(), &["oidc"])?;
                let roles = rbac.read();
                let groups = roles.subjects(None).filter_map(|subject| match subject {
                    Subject::Group(group) => {
                        roles.may(&call.caller, &Need::read_group(group)).then_some(group.as_str())
                    }
                    Subject::User(..) => None,
                });
                Ok(Reply::ok(groups.collect()))
            }
            Self::RolesOfGroup { group, kind } => {
                check_enum("groupType in path", &kind.into(), &["oidc"])?;
                let roles = rbac.read();
                allowed(&roles, &call.caller, &Need::read_group(group))?;
                let full = call.parameter("includeFullRoles") == Some("true");
                Ok(Reply::ok(shown(&roles, &Subject::Group(group.to_owned()), full)))
            }
            Self::Group { group, assign } => set_group(rbac, group, assign, call),
            Self::KeyUsers => Ok(key_users(emulated, &rbac.read(), call)),
            Self::KeyUser(user) if method == Method::GET => key_user(emulated, &rbac.read(), user, call),
            Self::KeyUser(user) => {
                let verb = if method == Method::DELETE { "delete" } else { "create" };
                allowed(&rbac.read(), &call.caller, &Need::users(verb, user))?;
                let text = "users made at runtime exist in Weaviate but not in the emulator";
                Err(Reply::error(StatusCode::NOT_IMPLEMENTED, text))
            }
        }
    }
}

/// How the server calls users whose keys it was started with.
const KEY_USER: &str = "db_env_user";

fn allowed(roles: &Roles, caller: &Caller, need: &Need) -> Result<(), Reply> {
    roles.check(caller, need).map_err(|refusal| Reply::forbidden(&refusal))
}

fn bad(message: impl Into<String>) -> Reply {
    Reply::error(StatusCode::BAD_REQUEST, message)
}

/// Reads permissions at a place of the body.
fn permissions(body: &Json) -> Result<Vec<Permission>, Reply> {
    let given = body["permissions"].as_array().ok_or_else(|| Reply::code(602, "permissions in body is required"))?;
    let actions: Vec<String> = Action::all().map(Action::name).collect();
    let known: Vec<&str> = actions.iter().map(String::as_str).collect();
    for (index, permission) in given.iter().enumerate() {
        check_enum(&format!("permissions.{index}.action in body"), &permission["action"], &known)?;
    }
    given.iter().map(|json| Permission::parse(json).map_err(|fault| bad(format!("invalid role: {fault}")))).collect()
}

fn create(rbac: &Rbac, call: &Call) -> Result<Reply, Reply> {
    let body = call.json("body")?;
    let name = body["name"].as_str().ok_or_else(|| Reply::code(602, "name in body is required"))?;
    let permissions = permissions(&body)?;
    if name.is_empty() {
        return Err(bad("role name is required"));
    }
    let first_is_letter = name.starts_with(|c: char| c.is_ascii_alphabetic());
    if !first_is_letter || !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')) {
        return Err(bad("role name is invalid"));
    }
    if is_built_in(name) {
        return Err(bad(format!("you cannot create role with the same name as built-in role {name}")));
    }
    let mut roles = rbac.write();
    roles.check_role(&call.caller, "create", name, &permissions).map_err(|Forbidden(text)| {
        Reply::forbidden(&Forbidden(format!(
            "can only create roles with less or equal permissions as the current user: {text}"
        )))
    })?;
    if roles.permissions.contains_key(name) {
        return Err(Reply::error(StatusCode::CONFLICT, format!("role with name {name} already exists")));
    }
    roles.permissions.insert(name.to_owned(), permissions);
    Ok(Reply::empty(StatusCode::CREATED))
}

fn list(roles: &Roles, call: &Call) -> Reply {
    let names = roles.permissions.keys();
    Reply::ok(names.filter_map(|name| readable(roles, name, call).ok().flatten()).collect())
}

/// A role that the caller may see.
fn readable(roles: &Roles, role: &str, call: &Call) -> Result<Option<Json>, Reply> {
    let permissions = roles.permissions.get(role).map_or(&[][..], Vec::as_slice);
    roles.check_role(&call.caller, "read", role, permissions).map_err(|refusal| Reply::forbidden(&refusal))?;
    Ok(roles.json(role))
}

fn delete(rbac: &Rbac, role: &str, call: &Call) -> Result<Reply, Reply> {
    if is_built_in(role) {
        return Err(bad(format!("you can not delete built-in role {role}")));
    }
    let mut roles = rbac.write();
    let permissions = roles.permissions.get(role).map_or(&[][..], Vec::as_slice);
    roles.check_role(&call.caller, "delete", role, permissions).map_err(|refusal| Reply::forbidden(&refusal))?;
    roles.delete(role);
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

fn change(rbac: &Rbac, role: &str, add: bool, call: &Call) -> Result<Reply, Reply> {
    let changed = permissions(&call.json("body")?)?;
    if changed.is_empty() {
        return Err(bad("invalid permissions role has to have at least 1 permission"));
    }
    if is_built_in(role) {
        return Err(bad(format!("you can not update built-in role {role}")));
    }
    let mut roles = rbac.write();
    roles.check_role(&call.caller, "update", role, &changed).map_err(|refusal| Reply::forbidden(&refusal))?;
    let permissions = roles.permissions.get_mut(role).ok_or_else(|| Reply::empty(StatusCode::NOT_FOUND))?;
    if add {
        permissions.extend(changed);
    } else {
        permissions.retain(|permission| !changed.contains(permission));
    }
    Ok(Reply::empty(StatusCode::OK))
}

fn has_permission(roles: &Roles, role: &str, call: &Call) -> Result<Reply, Reply> {
    let wanted = Permission::parse(&call.json("body")?).map_err(bad)?;
    readable(roles, role, call)?;
    let has = roles.permissions.get(role).is_some_and(|permissions| permissions.contains(&wanted));
    Ok(Reply::ok(has.into()))
}

fn assigned(rbac: &Rbac, role: &str, call: &Call, show: impl Fn(&Subject) -> Option<Json>) -> Result<Reply, Reply> {
    let roles = rbac.read();
    readable(&roles, role, call)?;
    Ok(Reply::ok(roles.subjects(Some(role)).filter_map(show).collect()))
}

/// The roles of somebody, with or without what they allow.
fn shown(roles: &Roles, subject: &Subject, full: bool) -> Json {
    let named = |role: &String| if full { roles.json(role) } else { Some(json!({"name": role, "permissions": null})) };
    roles.of(subject).iter().filter_map(named).collect()
}

fn kind_of(name: &str) -> UserKind {
    if name == "oidc" { UserKind::Oidc } else { UserKind::Db }
}

fn roles_of_user(
    emulated: &Emulated,
    rbac: &Rbac,
    user: &str,
    kind: Option<&str>,
    call: &Call,
) -> Result<Reply, Reply> {
    if let Some(kind) = kind {
        check_enum("userType in path", &kind.into(), &["oidc", "db"])?;
    }
    let full = kind.is_none() || call.parameter("includeFullRoles") == Some("true");
    let kind = kind.map_or(UserKind::Db, kind_of);
    let roles = rbac.read();
    // Everybody may know their own.
    if !matches!(&call.caller, Caller::User { name, kind: own, .. } if name == user && *own == kind) {
        allowed(&roles, &call.caller, &Need::users("read", user))?;
    }
    if !knows(&emulated.config, kind, user) {
        return Err(Reply::empty(StatusCode::NOT_FOUND));
    }
    Ok(Reply::ok(shown(&roles, &Subject::User(kind, user.to_owned()), full)))
}

/// The roles that are to be assigned or revoked.
fn named_roles(body: &Json) -> Result<Vec<String>, Reply> {
    let named: Vec<String> =
        body["roles"].as_array().into_iter().flatten().filter_map(Json::as_str).map(str::to_owned).collect();
    if named.is_empty() { Err(bad("roles can not be empty")) } else { Ok(named) }
}

fn check_root(named: &[String], assign: bool) -> Result<(), Reply> {
    if !named.iter().any(|role| role == ROOT) {
        return Ok(());
    }
    let doing = if assign { "assigning" } else { "revoking" };
    let text = format!("{doing}: modifying '{ROOT}' role or changing its assignments is not allowed");
    Err(Reply::error(StatusCode::FORBIDDEN, text))
}

fn set_user(emulated: &Emulated, rbac: &Rbac, user: &str, assign: bool, call: &Call) -> Result<Reply, Reply> {
    let body = call.json("body")?;
    check_enum("body.userType in body", &body["userType"], &["db", "oidc"])?;
    let named = named_roles(&body)?;
    let missing = |text: &str| Reply::error(StatusCode::NOT_FOUND, text);
    let mut roles = rbac.write();
    allowed(&roles, &call.caller, &Need::assign_user(user))?;
    check_root(&named, assign)?;
    if named.iter().any(|role| !roles.permissions.contains_key(role)) {
        let text = if assign { "roles requested" } else { "request roles" };
        return Err(missing(&format!("one or more of the {text} doesn't exist")));
    }
    // Without a kind, all are meant that there can be.
    let kinds = match body["userType"].as_str().filter(|kind| !kind.is_empty()) {
        Some(kind) => vec![kind_of(kind)],
        None => vec![UserKind::Db, UserKind::Oidc],
    };
    if kinds == [UserKind::Oidc] && emulated.config.oidc.is_none() {
        return Err(Reply::error(StatusCode::INTERNAL_SERVER_ERROR, "user exists: oidc is not enabled"));
    }
    let kinds: Vec<UserKind> = kinds.into_iter().filter(|kind| knows(&emulated.config, *kind, user)).collect();
    if kinds.is_empty() {
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

fn set_group(rbac: &Rbac, group: &str, assign: bool, call: &Call) -> Result<Reply, Reply> {
    let body = call.json("body")?;
    check_enum("body.groupType in body", &body["groupType"], &["oidc"])?;
    let named = named_roles(&body)?;
    if body["groupType"].as_str().is_none_or(str::is_empty) {
        return Err(bad("unknown groupType: "));
    }
    let mut roles = rbac.write();
    allowed(&roles, &call.caller, &Need::assign_group(group))?;
    check_root(&named, assign)?;
    if named.iter().any(|role| !roles.permissions.contains_key(role)) {
        return Err(Reply::empty(StatusCode::NOT_FOUND));
    }
    let subject = Subject::Group(group.to_owned());
    if assign {
        roles.assign(subject, named);
    } else {
        roles.revoke(&subject, &named);
    }
    Ok(Reply::empty(StatusCode::OK))
}

/// Users of keys are only shown to root.
fn key_users(emulated: &Emulated, roles: &Roles, call: &Call) -> Reply {
    let is_root = roles.of_caller(&call.caller).contains(ROOT);
    let users = emulated.config.api_keys.iter().filter(|_| is_root);
    Reply::ok(users.map(|key| user_json(roles, &key.user)).collect())
}

fn key_user(emulated: &Emulated, roles: &Roles, user: &str, call: &Call) -> Result<Reply, Reply> {
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

//! Roles, and who has them: `/authz` and the users of API keys. Only where there are roles.

mod groups;
mod roles;
mod users;

use http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use crate::access::auth::Caller;
use crate::access::rbac::{Forbidden, Need, Rbac, Roles, Subject, is_fixed};
use crate::emulated::Emulated;

use super::call::Call;
use super::reply::Reply;

/// Resource that a path below `/authz` or `/users` names.
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
            Self::Roles if method == Method::POST => roles::create(rbac, call),
            Self::Roles => Ok(roles::list(emulated, &rbac.read(), call)),
            Self::Role(role) if method == Method::DELETE => roles::delete(rbac, role, call),
            Self::Role(role) => roles::one(&rbac.read(), role, call),
            Self::Permissions { role, add: true } => roles::add(rbac, role, call),
            Self::Permissions { role, add: false } => roles::remove(rbac, role, call),
            Self::HasPermission(role) => roles::has_permission(&rbac.read(), role, call),
            Self::UsersOfRole(role) => users::names_of_role(emulated, &rbac.read(), role, call),
            Self::UserAssignments(role) => users::of_role(emulated, &rbac.read(), role, call),
            Self::GroupAssignments(role) => groups::of_role(emulated, &rbac.read(), role, call),
            Self::RolesOfUser { user, kind: None } => users::roles_of_any(emulated, &rbac.read(), user, call),
            Self::RolesOfUser { user, kind: Some(kind) } => users::roles_of(emulated, &rbac.read(), user, kind, call),
            Self::User { user, assign } => users::set(emulated, rbac, user, assign, call),
            Self::Groups(kind) => groups::all(&rbac.read(), kind, call),
            Self::RolesOfGroup { group, kind } => groups::roles_of(&rbac.read(), group, kind, call),
            Self::Group { group, assign } => groups::set(rbac, group, assign, call),
            Self::KeyUsers => Ok(users::with_keys(emulated, &rbac.read(), call)),
            Self::KeyUser(user) if method == Method::GET => users::with_key(emulated, &rbac.read(), user, call),
            Self::KeyUser(user) => {
                let verb = if method == Method::DELETE { "delete" } else { "create" };
                allowed(&rbac.read(), &call.caller, &Need::users(verb, user))?;
                let text = "users made at runtime exist in Weaviate but not in the emulator";
                Err(Reply::error(StatusCode::NOT_IMPLEMENTED, text))
            }
        }
    }
}

fn allowed(roles: &Roles, caller: &Caller, need: &Need) -> Result<(), Reply> {
    roles.check(caller, need).map_err(|refusal| Reply::forbidden(&refusal))
}

fn bad(message: impl ToString) -> Reply {
    Reply::error(StatusCode::BAD_REQUEST, message)
}

/// Returns whether the caller is one of the root users of the environment.
fn is_root(emulated: &Emulated, caller: &Caller) -> bool {
    let Caller::User { name, .. } = caller else { return false };
    emulated.config.root_users.as_ref().is_some_and(|users| users.contains(name))
}

/// For lists of those who have a role: it has to be readable, and only root users see who has a fixed one.
fn check_role_of_list(emulated: &Emulated, roles: &Roles, role: &str, call: &Call) -> Result<(), Reply> {
    if is_fixed(role) && !is_root(emulated, &call.caller) {
        let text = format!("modifying '{role}' role or changing its assignments is not allowed");
        return Err(Reply::error(StatusCode::FORBIDDEN, text));
    }
    roles::check_readable(roles, role, call).map_err(|refusal| Reply::forbidden(&refusal))
}

/// The roles of somebody, with or without what they allow. A role that the caller may not read is refused.
fn shown(roles: &Roles, subject: &Subject, own: bool, call: &Call) -> Result<Json, Reply> {
    let full = call.parameter("includeFullRoles") == Some("true");
    let named = roles.of(subject);
    if full && !own {
        let refused = |role: &String| roles::check_readable(roles, role, call).err();
        let refused: Vec<String> = named.iter().filter_map(refused).map(|Forbidden(text)| text).collect();
        if !refused.is_empty() {
            return Err(Reply::forbidden(&Forbidden(refused.join("\n"))));
        }
    }
    let one = |role: &String| if full { roles.json(role) } else { Some(json!({"name": role, "permissions": null})) };
    Ok(named.iter().filter_map(one).collect())
}

/// The roles that a body names, to be assigned or revoked.
fn named_roles(body: &Json, assign: bool) -> Result<Vec<String>, Reply> {
    let named: Vec<String> =
        body["roles"].as_array().into_iter().flatten().filter_map(Json::as_str).map(str::to_owned).collect();
    for role in &named {
        if role.trim().is_empty() {
            let doing = if assign { "assign" } else { "revoke" };
            return Err(bad(format!("one or more of the roles you want to {doing} is empty")));
        }
        if is_fixed(role) {
            let doing = if assign { "assigning" } else { "revoking" };
            let text = format!("{doing}: modifying '{role}' role or changing its assignments is not allowed");
            return Err(Reply::error(StatusCode::FORBIDDEN, text));
        }
    }
    if named.is_empty() { Err(bad("roles can not be empty")) } else { Ok(named) }
}

/// Returns whether all roles exist, each named once.
fn all_exist(roles: &Roles, named: &[String]) -> bool {
    let distinct: std::collections::BTreeSet<&String> = named.iter().collect();
    distinct.len() == named.len() && named.iter().all(|role| roles.permissions.contains_key(role))
}

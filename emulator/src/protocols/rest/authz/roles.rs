//! Roles and what they allow.

use http::StatusCode;
use serde_json::Value as Json;

use crate::access::rbac::{
    Action, Forbidden, Need, Permission, PermissionFault, ROOT, Rbac, Roles, check_names, is_built_in,
};
use crate::emulated::Emulated;

use super::super::bodies::{ADD_PERMISSIONS, PERMISSION, REMOVE_PERMISSIONS, ROLE};
use super::super::shape::Shape;
use super::{Call, Reply, bad, is_root};

/// Refusal where a role is changed or asked.
fn invalid(fault: &PermissionFault) -> Reply {
    bad(format!("invalid permissions {fault}"))
}

/// Checks what the contract says of a permission. `place` ends with a point, or is empty.
fn check_contract(place: &str, permission: &Json) -> Result<(), Reply> {
    let one_of = |path: &str, given: &Json, choices: &[&str]| match given.as_str() {
        Some(text) if !choices.contains(&text) => {
            Err(Reply::code(606, format!("{place}{path} in body should be one of [{}]", choices.join(" "))))
        }
        _ => Ok(()),
    };
    let actions: Vec<String> = Action::all().map(Action::name).collect();
    let actions: Vec<&str> = actions.iter().map(String::as_str).collect();
    if permission["action"].is_null() {
        return Err(Reply::code(602, format!("{place}action in body is required")));
    }
    one_of("action", &permission["action"], &actions)?;
    for domain in ["groups", "nodes", "roles"] {
        let fields = Action::all().find(|action| action.domain.name == domain).map_or(&[][..], |it| it.domain.fields);
        for field in fields.iter().filter(|field| !field.choices.is_empty()) {
            let given = &permission[domain][field.name];
            // An empty kind of group passes here, and is refused later.
            if domain != "groups" || given.as_str() != Some("") {
                one_of(&format!("{domain}.{domain}.{}", field.name), given, field.choices)?;
            }
        }
    }
    Ok(())
}

/// The permissions of a body. `place` stands in front of the names of its members.
fn given_permissions<'a>(place: &str, body: &'a Json) -> Result<&'a [Json], Reply> {
    let given = body["permissions"]
        .as_array()
        .ok_or_else(|| Reply::code(602, format!("{place}permissions in body is required")))?;
    for (index, permission) in given.iter().enumerate() {
        check_contract(&format!("{place}permissions.{index}."), permission)?;
    }
    Ok(given)
}

fn parse(given: &[Json]) -> Result<Vec<Permission>, PermissionFault> {
    given.iter().try_for_each(check_names)?;
    given.iter().map(Permission::parse).collect()
}

/// The permissions by which a role is to be changed.
fn changed_permissions(call: &Call, shape: &Shape) -> Result<Vec<Permission>, Reply> {
    let body = call.object(shape)?;
    let given = given_permissions("body.", &body)?;
    if given.is_empty() {
        return Err(bad("invalid permissions role has to have at least 1 permission"));
    }
    parse(given).map_err(|fault| invalid(&fault))
}

fn is_name(name: &str) -> bool {
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    name.len() <= 64 && name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(legal)
}

pub(super) fn create(rbac: &Rbac, call: &Call) -> Result<Reply, Reply> {
    let body = call.object(&ROLE)?;
    let name = body["name"].as_str().ok_or_else(|| Reply::code(602, "name in body is required"))?;
    let given = given_permissions("", &body)?;
    if name.is_empty() {
        return Err(bad("role name is required"));
    }
    if !is_name(name) {
        return Err(bad("role name is invalid"));
    }
    let permissions = parse(given).map_err(|fault| match fault {
        PermissionFault::Names(_) => Reply::unprocessable(format!("role permissions are invalid: {fault}")),
        fault => bad(format!("invalid role: {fault}")),
    })?;
    if is_built_in(name) {
        return Err(bad(format!("you cannot create role with the same name as built-in role {name}")));
    }
    let mut roles = rbac.write();
    roles.check_role(&call.caller, "create", name, &permissions).map_err(|refusal| Reply::forbidden(&refusal))?;
    if roles.permissions.contains_key(name) {
        return Err(Reply::error(StatusCode::CONFLICT, format!("role with name {name} already exists")));
    }
    roles.add(name, permissions);
    Ok(Reply::empty(StatusCode::CREATED))
}

/// The roles that the caller may read whatever they allow. Where there are none, those of a limited scope.
pub(super) fn list(emulated: &Emulated, roles: &Roles, call: &Call) -> Reply {
    let root = is_root(emulated, &call.caller);
    let names = || roles.permissions.keys().filter(|name| root || *name != ROOT);
    let within = |need: fn(&'static str, &str) -> Need| -> Vec<Json> {
        names()
            .filter(|name| roles.may(&call.caller, &need("read", name)))
            .filter_map(|name| roles.json(name))
            .collect()
    };
    let all = within(Need::roles);
    let found = if all.is_empty() { within(Need::modest_roles) } else { all };
    Reply::ok(found.into())
}

pub(super) fn check_readable(roles: &Roles, role: &str, call: &Call) -> Result<(), Forbidden> {
    roles.check_role(&call.caller, "read", role, &[])
}

pub(super) fn one(roles: &Roles, role: &str, call: &Call) -> Result<Reply, Reply> {
    check_readable(roles, role, call).map_err(|refusal| Reply::forbidden(&refusal))?;
    roles.json(role).map(Reply::ok).ok_or_else(|| Reply::empty(StatusCode::NOT_FOUND))
}

pub(super) fn delete(rbac: &Rbac, role: &str, call: &Call) -> Result<Reply, Reply> {
    if is_built_in(role) {
        return Err(bad(format!("you can not delete built-in role {role}")));
    }
    let mut roles = rbac.write();
    let permissions = roles.permissions.get(role).map_or(&[][..], Vec::as_slice);
    roles.check_role(&call.caller, "delete", role, permissions).map_err(|refusal| Reply::forbidden(&refusal))?;
    roles.delete(role);
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

pub(super) fn add(rbac: &Rbac, role: &str, call: &Call) -> Result<Reply, Reply> {
    let body = call.object(&ADD_PERMISSIONS)?;
    given_permissions("body.", &body)?;
    if is_built_in(role) {
        return Err(bad(format!("you can not update built-in role {role}")));
    }
    let more = changed_permissions(call, &ADD_PERMISSIONS)?;
    let mut roles = rbac.write();
    check_change(&roles, role, &more, call)?;
    roles.add(role, more);
    Ok(Reply::empty(StatusCode::OK))
}

pub(super) fn remove(rbac: &Rbac, role: &str, call: &Call) -> Result<Reply, Reply> {
    let less = changed_permissions(call, &REMOVE_PERMISSIONS)?;
    if is_built_in(role) {
        return Err(bad(format!("you cannot update built-in role {role}")));
    }
    let mut roles = rbac.write();
    check_change(&roles, role, &less, call)?;
    roles.remove(role, &less);
    Ok(Reply::empty(StatusCode::OK))
}

fn check_change(roles: &Roles, role: &str, permissions: &[Permission], call: &Call) -> Result<(), Reply> {
    roles.check_role(&call.caller, "update", role, permissions).map_err(|refusal| Reply::forbidden(&refusal))?;
    if roles.permissions.contains_key(role) { Ok(()) } else { Err(Reply::empty(StatusCode::NOT_FOUND)) }
}

pub(super) fn has_permission(roles: &Roles, role: &str, call: &Call) -> Result<Reply, Reply> {
    let given = call.object(&PERMISSION)?;
    check_contract("", &given)?;
    let wanted = parse(&[given]).map_err(|fault| invalid(&fault))?;
    check_readable(roles, role, call).map_err(|refusal| Reply::forbidden(&refusal))?;
    let known = roles.permissions.get(role).map_or(&[][..], Vec::as_slice);
    Ok(Reply::ok(wanted.iter().all(|wanted| known.contains(wanted)).into()))
}

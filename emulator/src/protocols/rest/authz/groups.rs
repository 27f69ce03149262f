//! Roles of the issuer's groups.

use http::StatusCode;
use serde_json::json;

use crate::access::auth::{Caller, UserKind};
use crate::access::rbac::{Need, Rbac, Roles, Subject};
use crate::emulated::Emulated;

use super::super::bodies::{ASSIGN_TO_GROUP, REVOKE_FROM_GROUP};
use super::super::call::check_enum;
use super::{Call, Reply, all_exist, allowed, bad, check_role_of_list, named_roles, shown};

const KINDS: [&str; 1] = ["oidc"];

fn is_own(call: &Call, group: &str) -> bool {
    let Caller::User { groups, kind: UserKind::Oidc, .. } = &call.caller else { return false };
    groups.iter().flatten().any(|own| own == group)
}

fn name(subject: &Subject) -> Option<&str> {
    match subject {
        Subject::Group(group) => Some(group),
        Subject::User(..) => None,
    }
}

/// The groups that have roles, as far as the caller may see them.
pub(super) fn all(roles: &Roles, kind: &str, call: &Call) -> Result<Reply, Reply> {
    check_enum("groupType in path", &kind.into(), &KINDS)?;
    let groups = roles.subjects(None).filter_map(name);
    Ok(Reply::ok(groups.filter(|group| roles.may(&call.caller, &Need::read_group(group))).collect()))
}

pub(super) fn of_role(emulated: &Emulated, roles: &Roles, role: &str, call: &Call) -> Result<Reply, Reply> {
    check_role_of_list(emulated, roles, role, call)?;
    let groups = roles.subjects(Some(role)).filter_map(name);
    let visible = groups.filter(|group| is_own(call, group) || roles.may(&call.caller, &Need::read_group(group)));
    Ok(Reply::ok(visible.map(|group| json!({"groupId": group, "groupType": "oidc"})).collect()))
}

pub(super) fn roles_of(roles: &Roles, group: &str, kind: &str, call: &Call) -> Result<Reply, Reply> {
    check_enum("groupType in path", &kind.into(), &KINDS)?;
    let own = is_own(call, group);
    if !own {
        allowed(roles, &call.caller, &Need::read_group(group))?;
    }
    shown(roles, &Subject::Group(group.to_owned()), own, call).map(Reply::ok)
}

pub(super) fn set(rbac: &Rbac, group: &str, assign: bool, call: &Call) -> Result<Reply, Reply> {
    let body = call.object(if assign { &ASSIGN_TO_GROUP } else { &REVOKE_FROM_GROUP })?;
    check_enum("body.groupType in body", &body["groupType"], &KINDS)?;
    let named = named_roles(&body, assign)?;
    if body["groupType"].as_str().is_none_or(str::is_empty) {
        return Err(bad("unknown groupType: "));
    }
    let mut roles = rbac.write();
    allowed(&roles, &call.caller, &Need::assign_group(group))?;
    if !all_exist(&roles, &named) {
        return Err(Reply::empty(StatusCode::NOT_FOUND));
    }
    let subject = Subject::Group(group.to_owned());
    if assign {
        roles.check_assignment(&call.caller, &named).map_err(|refusal| Reply::forbidden(&refusal))?;
        roles.assign(subject, named);
    } else {
        roles.revoke(&subject, &named);
    }
    Ok(Reply::empty(StatusCode::OK))
}

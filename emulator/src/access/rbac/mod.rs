//! Roles: what they allow, who has them, and whether a caller may do what a call needs.
//!
//! Users of API keys and groups have roles by name, users of tokens too. Users that are made at runtime do not exist here.

mod fault;
mod pattern;
mod permission;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use serde_json::{Value as Json, json};
use thiserror::Error;

use crate::access::auth::{Caller, UserKind};
use crate::config::Config;

pub(crate) use fault::PermissionFault;
pub(crate) use pattern::check as check_names;
pub(crate) use permission::{Action, Need, Permission};

/// A role that may do everything and that nobody can change.
pub(crate) const ROOT: &str = "root";

/// Roles that come from the environment. No call gives or takes them.
const FIXED: [&str; 2] = ["read-only", ROOT];

/// Built-in roles, and whether they only read.
const BUILT_IN: [(&str, bool); 4] = [("admin", false), ("read-only", true), (ROOT, false), ("viewer", true)];

/// Subject of a role: a user or a group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    User(UserKind, String),
    Group(String),
}

/// The roles of one server, and who has them.
#[derive(Debug)]
pub(crate) struct Rbac(RwLock<Roles>);

#[derive(Debug)]
pub(crate) struct Roles {
    /// By name.
    pub(crate) permissions: BTreeMap<String, Vec<Permission>>,
    assignments: BTreeMap<Subject, BTreeSet<String>>,
}

/// Refusal of a caller without the permission, in the server's words.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub(crate) struct Forbidden(pub(crate) String);

impl Rbac {
    /// `None` where everybody who is known may do everything.
    pub(crate) fn new(config: &Config) -> Option<Self> {
        let root = config.root_users.as_ref()?;
        let built_in = |(name, only_reads): (&str, bool)| {
            let actions = Action::all().filter(|action| !only_reads || action.is_read());
            (name.to_owned(), actions.map(Permission::unlimited).collect())
        };
        let mut roles =
            Roles { permissions: BUILT_IN.into_iter().map(built_in).collect(), assignments: BTreeMap::new() };
        for user in root {
            for kind in [UserKind::Db, UserKind::Oidc] {
                if knows(config, kind, user) {
                    roles.assign(Subject::User(kind, user.clone()), [ROOT.to_owned()]);
                }
            }
        }
        Some(Self(RwLock::new(roles)))
    }

    pub(crate) fn read(&self) -> RwLockReadGuard<'_, Roles> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn write(&self) -> RwLockWriteGuard<'_, Roles> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns whether there can be such a user. The issuer knows its own, so any name will do.
pub(crate) fn knows(config: &Config, kind: UserKind, user: &str) -> bool {
    match kind {
        UserKind::Db => config.api_keys.iter().any(|key| key.user == user),
        UserKind::Oidc => config.oidc.is_some(),
    }
}

pub(crate) fn is_fixed(role: &str) -> bool {
    FIXED.contains(&role)
}

pub(crate) fn is_built_in(role: &str) -> bool {
    BUILT_IN.iter().any(|(name, _)| *name == role)
}

impl Roles {
    pub(crate) fn assign(&mut self, subject: Subject, roles: impl IntoIterator<Item = String>) {
        self.assignments.entry(subject).or_default().extend(roles);
    }

    pub(crate) fn revoke(&mut self, subject: &Subject, roles: &[String]) {
        if let Some(assigned) = self.assignments.get_mut(subject) {
            assigned.retain(|role| !roles.contains(role));
        }
        self.forget_the_idle();
    }

    pub(crate) fn delete(&mut self, role: &str) {
        self.permissions.remove(role);
        for assigned in self.assignments.values_mut() {
            assigned.remove(role);
        }
        self.forget_the_idle();
    }

    fn forget_the_idle(&mut self) {
        self.assignments.retain(|_, roles| !roles.is_empty());
    }

    pub(crate) fn of(&self, subject: &Subject) -> BTreeSet<String> {
        self.assignments.get(subject).cloned().unwrap_or_default()
    }

    /// Gives a role permissions that it does not have yet.
    pub(crate) fn add(&mut self, role: &str, permissions: Vec<Permission>) {
        let known = self.permissions.entry(role.to_owned()).or_default();
        for permission in permissions {
            if !known.contains(&permission) {
                known.push(permission);
            }
        }
    }

    /// Takes permissions from a role.
    pub(crate) fn remove(&mut self, role: &str, permissions: &[Permission]) {
        if let Some(known) = self.permissions.get_mut(role) {
            known.retain(|permission| !permissions.contains(permission));
        }
    }

    /// Lists the subjects that have a role, or any role.
    pub(crate) fn subjects<'a>(&'a self, role: Option<&'a str>) -> impl Iterator<Item = &'a Subject> {
        let has = move |roles: &BTreeSet<String>| role.is_none_or(|role| roles.contains(role));
        self.assignments.iter().filter(move |(_, roles)| has(roles)).map(|(subject, _)| subject)
    }

    /// The roles of a caller, those of the groups included.
    pub(crate) fn of_caller(&self, caller: &Caller) -> BTreeSet<String> {
        let Caller::User { name, kind, groups } = caller else { return BTreeSet::new() };
        let groups = groups.iter().flatten().cloned().map(Subject::Group);
        [Subject::User(*kind, name.clone())].into_iter().chain(groups).flat_map(|subject| self.of(&subject)).collect()
    }

    pub(crate) fn json(&self, role: &str) -> Option<Json> {
        let permissions = self.permissions.get(role)?;
        Some(json!({"name": role, "permissions": permissions.iter().map(Permission::json).collect::<Vec<_>>()}))
    }

    pub(crate) fn may(&self, caller: &Caller, need: &Need) -> bool {
        self.covers(caller, need.action, &need.values)
    }

    fn covers(&self, caller: &Caller, action: Action, values: &[String]) -> bool {
        let roles = self.of_caller(caller);
        let mut permissions = roles.iter().filter_map(|role| self.permissions.get(role)).flatten();
        permissions.any(|permission| permission.covers(action, values))
    }

    pub(crate) fn check(&self, caller: &Caller, need: &Need) -> Result<(), Forbidden> {
        if self.may(caller, need) { Ok(()) } else { Err(Forbidden::new(caller, need)) }
    }

    /// For what is done with a role. A caller with a limited scope has to hold the permissions that it is done with.
    pub(crate) fn check_role(
        &self,
        caller: &Caller,
        verb: &'static str,
        role: &str,
        permissions: &[Permission],
    ) -> Result<(), Forbidden> {
        if self.may(caller, &Need::roles(verb, role)) {
            return Ok(());
        }
        self.check(caller, &Need::modest_roles(verb, role)).map_err(|refusal| {
            Forbidden(format!("can only create roles with less or equal permissions as the current user: {refusal}"))
        })?;
        self.check_all(caller, permissions)
    }

    /// For the assignment of roles: a caller gives only what it holds.
    pub(crate) fn check_assignment(&self, caller: &Caller, roles: &[String]) -> Result<(), Forbidden> {
        let permissions: Vec<Permission> =
            roles.iter().filter_map(|role| self.permissions.get(role)).flatten().cloned().collect();
        self.check_all(caller, &permissions).map_err(|refusal| {
            Forbidden(format!("can only assign roles with less or equal permissions as the current user: {refusal}"))
        })
    }

    /// Returns whether the caller holds all of the permissions. The refusal lists those that are missing.
    fn check_all(&self, caller: &Caller, permissions: &[Permission]) -> Result<(), Forbidden> {
        let check = |permission: &Permission| self.check(caller, &permission.need()).err();
        let missing: Vec<String> = permissions.iter().filter_map(check).map(|Forbidden(text)| text).collect();
        if missing.is_empty() { Ok(()) } else { Err(Forbidden(missing.join("\n"))) }
    }
}

impl Forbidden {
    fn new(caller: &Caller, need: &Need) -> Self {
        let (name, groups) = match caller {
            Caller::User { name, groups, .. } => (name.as_str(), groups.as_deref().unwrap_or_default()),
            Caller::Anonymous => ("anonymous", &[][..]),
        };
        let quoted: Vec<String> = groups.iter().map(|group| format!("'{group}'")).collect();
        let groups = match quoted.len() {
            0 => String::new(),
            1 => format!(" (of group {})", quoted.concat()),
            _ => format!(" (of groups {})", quoted.join(", ")),
        };
        let what = need.text();
        Self(format!(
            "rbac: authorization, forbidden action: user '{name}'{groups} has insufficient permissions to {what}"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ApiKey, Oidc};

    fn user(kind: UserKind, name: &str, groups: &[&str]) -> Caller {
        let groups = (!groups.is_empty()).then(|| groups.iter().map(|group| (*group).to_owned()).collect());
        Caller::User { name: name.to_owned(), kind, groups }
    }

    fn rbac() -> Rbac {
        let key = |user: &str| ApiKey { key: format!("{user}-key"), user: user.to_owned() };
        let oidc = Oidc {
            issuer: "http://127.0.0.1:1".to_owned(),
            client_id: "demo".to_owned(),
            scopes: Vec::new(),
            username_claim: "sub".to_owned(),
            groups_claim: "groups".to_owned(),
        };
        let config = Config {
            api_keys: vec![key("admin"), key("jane")],
            oidc: Some(oidc),
            root_users: Some(vec!["admin".to_owned()]),
            ..Config::default()
        };
        Rbac::new(&config).unwrap()
    }

    #[test]
    fn roles_come_by_user_and_by_group() {
        let rbac = rbac();
        let need = Need::data("read", "Pets", "", "*");
        let jane = user(UserKind::Db, "jane", &[]);
        assert!(rbac.read().check(&user(UserKind::Db, "admin", &[]), &need).is_ok());
        assert!(rbac.read().check(&jane, &need).is_err());
        rbac.write().assign(Subject::User(UserKind::Db, "jane".to_owned()), ["viewer".to_owned()]);
        assert!(rbac.read().check(&jane, &need).is_ok());
        assert!(rbac.read().check(&jane, &Need::data("update", "Pets", "", "*")).is_err());
        // A user of that name at the issuer is somebody else.
        assert!(rbac.read().check(&user(UserKind::Oidc, "jane", &[]), &need).is_err());
        rbac.write().assign(Subject::Group("staff".to_owned()), ["viewer".to_owned()]);
        assert!(rbac.read().check(&user(UserKind::Oidc, "jane", &["other", "staff"]), &need).is_ok());
        rbac.write().revoke(&Subject::Group("staff".to_owned()), &["viewer".to_owned()]);
        assert!(rbac.read().check(&user(UserKind::Oidc, "jane", &["staff"]), &need).is_err());
        assert!(rbac.read().subjects(None).all(|subject| *subject != Subject::Group("staff".to_owned())));
    }

    #[test]
    fn a_refusal_names_who_and_what() {
        let what = "has insufficient permissions to read_cluster []";
        for (groups, expected) in
            [(&[][..], ""), (&["staff"], " (of group 'staff')"), (&["a", "b"], " (of groups 'a', 'b')")]
        {
            let refusal = rbac().read().check(&user(UserKind::Oidc, "jane", groups), &Need::cluster()).unwrap_err();
            assert_eq!(refusal.0, format!("rbac: authorization, forbidden action: user 'jane'{expected} {what}"));
        }
    }

    #[test]
    fn who_makes_roles_within_bounds_cannot_go_beyond_them() {
        let rbac = rbac();
        let permission = |json: Json| Permission::parse(&json).unwrap();
        let own = vec![
            permission(json!({"action": "create_roles", "roles": {"role": "mine*", "scope": "match"}})),
            permission(json!({"action": "read_data", "data": {"collection": "Pets*"}})),
        ];
        rbac.write().permissions.insert("maker".to_owned(), own);
        rbac.write().assign(Subject::User(UserKind::Db, "jane".to_owned()), ["maker".to_owned()]);
        let (jane, roles) = (user(UserKind::Db, "jane", &[]), rbac.read());
        let less = [permission(json!({"action": "read_data", "data": {"collection": "PetsOnly"}}))];
        let more = [permission(json!({"action": "read_data"}))];
        assert!(roles.check_role(&jane, "create", "mine1", &less).is_ok());
        assert!(roles.check_role(&jane, "create", "mine1", &more).is_err());
        assert!(roles.check_role(&jane, "create", "other", &less).is_err());
        assert!(roles.check_role(&user(UserKind::Db, "admin", &[]), "create", "other", &more).is_ok());
    }

    #[test]
    fn a_role_that_is_gone_allows_nothing() {
        let rbac = rbac();
        let jane = Subject::User(UserKind::Db, "jane".to_owned());
        rbac.write().permissions.insert("some".to_owned(), Action::all().map(Permission::unlimited).collect());
        rbac.write().assign(jane.clone(), ["some".to_owned()]);
        assert!(rbac.read().may(&user(UserKind::Db, "jane", &[]), &Need::cluster()));
        rbac.write().delete("some");
        assert!(!rbac.read().may(&user(UserKind::Db, "jane", &[]), &Need::cluster()));
        assert!(rbac.read().of(&jane).is_empty());
    }
}

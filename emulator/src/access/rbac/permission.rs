//! Permissions: what may be done with what. A domain has fields, a permission a pattern for each of them.

use serde_json::{Map, Value as Json, json};

use crate::engine::letter_case::capitalised;

use super::fault::PermissionFault;
use super::pattern;

/// A kind of thing that permissions are about.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Domain {
    /// Name, as actions end and errors call it.
    pub(crate) name: &'static str,
    pub(crate) fields: &'static [Field],
    /// Verbs, as actions begin.
    pub(crate) verbs: &'static [&'static str],
}

/// Field of a domain that a permission can be limited by.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Field {
    /// Name in JSON.
    pub(crate) name: &'static str,
    /// Label in errors; empty where they leave it out.
    pub(crate) label: &'static str,
    /// Pattern that an absent field stands for.
    pub(crate) default: &'static str,
    /// Pattern of the built-in roles.
    pub(crate) all: &'static str,
    /// The values it can have; empty where any pattern will do.
    pub(crate) choices: &'static [&'static str],
}

const fn any(name: &'static str, label: &'static str) -> Field {
    Field { name, label, default: "*", all: "*", choices: &[] }
}

const READ: &str = "read";
const CREATE: &str = "create";
const UPDATE: &str = "update";
const DELETE: &str = "delete";
const MANAGE: &str = "manage";
const ASSIGN: &str = "assign_and_revoke";
const ALL: &[&str] = &[CREATE, READ, UPDATE, DELETE];

pub(crate) const BACKUPS: Domain =
    Domain { name: "backups", fields: &[any("collection", "Collection")], verbs: &[MANAGE] };
pub(crate) const CLUSTER: Domain = Domain { name: "cluster", fields: &[], verbs: &[READ] };
pub(crate) const DATA: Domain = Domain {
    name: "data",
    fields: &[any("collection", "Collection"), any("tenant", "Tenant"), any("object", "Object")],
    verbs: ALL,
};
pub(crate) const NODES: Domain = Domain {
    name: "nodes",
    fields: &[
        Field { name: VERBOSITY, label: "Verbosity", default: MINIMAL, all: "verbose", choices: &["verbose", MINIMAL] },
        any("collection", "Collection"),
    ],
    verbs: &[READ],
};
pub(crate) const ROLES: Domain = Domain {
    name: "roles",
    fields: &[
        any("role", "Role"),
        Field { name: SCOPE, label: "", default: MATCH, all: "all", choices: &["all", MATCH] },
    ],
    verbs: ALL,
};
pub(crate) const COLLECTIONS: Domain =
    Domain { name: "collections", fields: &[any("collection", "Collection")], verbs: ALL };
pub(crate) const USERS: Domain =
    Domain { name: "users", fields: &[any("users", "User")], verbs: &[ASSIGN, CREATE, READ, UPDATE, DELETE] };
pub(crate) const TENANTS: Domain =
    Domain { name: "tenants", fields: &[any("collection", "Collection"), any("tenant", "Tenant")], verbs: ALL };
pub(crate) const REPLICATE: Domain =
    Domain { name: "replicate", fields: &[any("collection", "Collection"), any("shard", "Shard")], verbs: ALL };
pub(crate) const ALIASES: Domain =
    Domain { name: "aliases", fields: &[any("collection", "Collection"), any("alias", "Alias")], verbs: ALL };
pub(crate) const GROUPS: Domain = Domain {
    name: "groups",
    fields: &[any("group", ""), Field { name: GROUP_TYPE, label: "", default: "", all: "oidc", choices: &["oidc"] }],
    verbs: &[ASSIGN, READ],
};
pub(crate) const MCP: Domain = Domain { name: "mcp", fields: &[], verbs: &[CREATE, READ, UPDATE] };
pub(crate) const NAMESPACES: Domain =
    Domain { name: "namespaces", fields: &[any("namespace", "Namespace")], verbs: &[MANAGE] };

/// In the order in which the server lists their actions.
pub(super) const DOMAINS: [&Domain; 13] = [
    &BACKUPS,
    &CLUSTER,
    &DATA,
    &NODES,
    &ROLES,
    &COLLECTIONS,
    &USERS,
    &TENANTS,
    &REPLICATE,
    &ALIASES,
    &GROUPS,
    &MCP,
    &NAMESPACES,
];

const SCOPE: &str = "scope";
const VERBOSITY: &str = "verbosity";
const MINIMAL: &str = "minimal";
const MATCH: &str = "match";
const GROUP_TYPE: &str = "groupType";

/// Something to do with the things of a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Action {
    pub(crate) verb: &'static str,
    pub(crate) domain: &'static Domain,
}

impl Action {
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        DOMAINS.into_iter().flat_map(|domain| domain.verbs.iter().map(move |verb| Self { verb, domain }))
    }

    pub(crate) fn name(self) -> String {
        format!("{}_{}", self.verb, self.domain.name)
    }

    pub(crate) fn is_read(self) -> bool {
        self.verb == READ
    }
}

/// A permission of a role: an action, and a pattern for each field of its domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Permission {
    pub(crate) action: Action,
    pub(crate) patterns: Vec<String>,
}

impl Permission {
    /// The widest one.
    pub(crate) fn unlimited(action: Action) -> Self {
        Self { action, patterns: action.domain.fields.iter().map(|field| field.all.to_owned()).collect() }
    }

    /// Reads what has a known action. What belongs to another domain counts as not said, and so does an empty name.
    pub(crate) fn parse(json: &Json) -> Result<Self, PermissionFault> {
        let name = json["action"].as_str().unwrap_or_default();
        let unknown = || PermissionFault::Action(name.to_owned());
        let action = Action::all().find(|action| action.name() == name).ok_or_else(unknown)?;
        let domain = action.domain;
        let given = &json[domain.name];
        if *domain == GROUPS && given.is_null() {
            return Err(PermissionFault::NoGroup);
        }
        let pattern = |field: &Field| match given[field.name].as_str().filter(|name| !name.is_empty()) {
            Some(name) if matches!(field.name, "collection" | "alias") => capitalised(name),
            Some(name) => name.to_owned(),
            None => field.default.to_owned(),
        };
        let mut permission = Self { action, patterns: domain.fields.iter().map(pattern).collect() };
        // A scope goes with the role that it is said of, a collection with the details that it limits.
        let is_moot = |field: &Field| match field.name {
            SCOPE => !given["role"].is_string(),
            "collection" => permission.pattern(VERBOSITY) == Some(MINIMAL),
            _ => false,
        };
        let moot: Vec<bool> = domain.fields.iter().map(is_moot).collect();
        for ((field, pattern), _) in
            domain.fields.iter().zip(&mut permission.patterns).zip(moot).filter(|(_, moot)| *moot)
        {
            field.default.clone_into(pattern);
        }
        match permission.pattern(GROUP_TYPE) {
            None | Some("oidc") => Ok(permission),
            Some(other) => Err(PermissionFault::GroupType(other.to_owned())),
        }
    }

    /// Returns the need of a caller that is to hold all of it.
    pub(crate) fn need(&self) -> Need {
        Need { action: self.action, values: self.patterns.clone() }
    }

    pub(crate) fn json(&self) -> Json {
        let domain = self.action.domain;
        let mut json = json!({"action": self.action.name()});
        if !domain.fields.is_empty() {
            let fields = domain.fields.iter().zip(&self.patterns);
            // Without details there is nothing of a collection to be seen.
            let shown = fields.filter(|(field, _)| self.pattern(VERBOSITY) != Some(MINIMAL) || field.name == VERBOSITY);
            json[domain.name] = shown
                .map(|(field, pattern)| (field.name.to_owned(), pattern.as_str().into()))
                .collect::<Map<_, _>>()
                .into();
        }
        json
    }

    /// Returns whether it allows an action on what these values name, or on all that other patterns cover.
    pub(crate) fn covers(&self, action: Action, values: &[String]) -> bool {
        let each = self.action.domain.fields.iter().zip(&self.patterns).zip(values);
        self.action == action && each.into_iter().all(|((field, pattern), value)| allows(field, pattern, value))
    }

    fn pattern(&self, name: &str) -> Option<&str> {
        let at = self.action.domain.fields.iter().position(|field| field.name == name)?;
        self.patterns.get(at).map(String::as_str)
    }
}

/// Returns whether the pattern allows the value. A caller that may have all may have less.
fn allows(field: &Field, pattern: &str, value: &str) -> bool {
    match field.name {
        VERBOSITY | SCOPE => pattern == field.all || pattern == value,
        _ => pattern::matches(pattern, value),
    }
}

/// Permission that a call needs.
#[derive(Debug, Clone)]
pub(crate) struct Need {
    pub(crate) action: Action,
    pub(crate) values: Vec<String>,
}

impl Need {
    fn new<const N: usize>(verb: &'static str, domain: &'static Domain, values: [&str; N]) -> Self {
        Self { action: Action { verb, domain }, values: values.map(str::to_owned).to_vec() }
    }

    /// `verb` is create, read, update or delete. No tenant means all of them.
    pub(crate) fn data(verb: &'static str, collection: &str, tenant: &str, object: &str) -> Self {
        Self::new(verb, &DATA, [collection, if tenant.is_empty() { "*" } else { tenant }, object])
    }

    pub(crate) fn collections(verb: &'static str, collection: &str) -> Self {
        Self::new(verb, &COLLECTIONS, [collection])
    }

    pub(crate) fn tenants(verb: &'static str, collection: &str, tenant: &str) -> Self {
        Self::new(verb, &TENANTS, [collection, tenant])
    }

    pub(crate) fn nodes(verbosity: &str, collection: &str) -> Self {
        Self::new(READ, &NODES, [verbosity, collection])
    }

    pub(crate) fn cluster() -> Self {
        Self::new(READ, &CLUSTER, [])
    }

    /// Whatever the role may do; see [`Rbac`](super::Rbac) for who may only touch roles that can do no more than they.
    pub(crate) fn roles(verb: &'static str, role: &str) -> Self {
        Self::new(verb, &ROLES, [role, "all"])
    }

    /// The same for a role that can do no more than the caller.
    pub(crate) fn modest_roles(verb: &'static str, role: &str) -> Self {
        Self::new(verb, &ROLES, [role, "match"])
    }

    pub(crate) fn users(verb: &'static str, user: &str) -> Self {
        Self::new(verb, &USERS, [user])
    }

    pub(crate) fn assign_user(user: &str) -> Self {
        Self::new(ASSIGN, &USERS, [user])
    }

    pub(crate) fn read_group(group: &str) -> Self {
        Self::new(READ, &GROUPS, [group, "oidc"])
    }

    pub(crate) fn assign_group(group: &str) -> Self {
        Self::new(ASSIGN, &GROUPS, [group, "oidc"])
    }

    /// Returns the action and its object, in the words of a refusal.
    pub(crate) fn text(&self) -> String {
        let domain = self.action.domain;
        let minimal = *domain == NODES && self.values.first().is_some_and(|verbosity| verbosity == MINIMAL);
        let shown: Vec<String> = domain
            .fields
            .iter()
            .zip(&self.values)
            .filter(|(field, _)| !field.label.is_empty() && (!minimal || field.name == VERBOSITY))
            .map(|(field, value)| format!(", {}: {value}", field.label))
            .collect();
        let what =
            if shown.is_empty() { String::new() } else { format!("[Domain: {}{}]", domain.name, shown.concat()) };
        format!("{} [{what}]", self.action.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_are_read_with_defaults_and_written_back() {
        for (given, expected) in [
            (
                json!({"action": "read_data", "data": {"collection": "Pets"}}),
                json!({"action": "read_data", "data": {"collection": "Pets", "object": "*", "tenant": "*"}}),
            ),
            (
                json!({"action": "read_data", "collections": {"collection": "Pets"}}),
                json!({"action": "read_data", "data": {"collection": "*", "object": "*", "tenant": "*"}}),
            ),
            (json!({"action": "read_cluster"}), json!({"action": "read_cluster"})),
            (json!({"action": "read_nodes"}), json!({"action": "read_nodes", "nodes": {"verbosity": "minimal"}})),
            (
                json!({"action": "read_roles", "roles": {}}),
                json!({"action": "read_roles", "roles": {"role": "*", "scope": "match"}}),
            ),
        ] {
            assert_eq!(Permission::parse(&given).unwrap().json(), expected);
        }
        assert!(Permission::parse(&json!({"action": "fly_data"})).is_err());
        let no_group = Permission::parse(&json!({"action": "read_groups"}));
        assert_eq!(no_group, Err(PermissionFault::NoGroup));
        let no_type = Permission::parse(&json!({"action": "read_groups", "groups": {"group": "x"}}));
        assert_eq!(no_type, Err(PermissionFault::GroupType(String::new())));
    }

    #[test]
    fn more_covers_less() {
        let parse = |json: Json| Permission::parse(&json).unwrap();
        let verbose = parse(json!({"action": "read_nodes", "nodes": {"verbosity": "verbose", "collection": "P*"}}));
        let need = Need::nodes("minimal", "Pets");
        assert!(verbose.covers(need.action, &need.values));
        let need = Need::nodes("verbose", "*");
        assert!(!verbose.covers(need.action, &need.values));
        let modest = parse(json!({"action": "create_roles", "roles": {"role": "mine*"}}));
        let (wide, narrow) = (Need::roles("create", "mine"), Need::modest_roles("create", "mine"));
        assert!(!modest.covers(wide.action, &wide.values) && modest.covers(narrow.action, &narrow.values));
    }

    #[test]
    fn a_need_is_worded_as_the_server_does() {
        for (need, expected) in [
            (Need::data("read", "Pets", "", "*"), "read_data [[Domain: data, Collection: Pets, Tenant: *, Object: *]]"),
            (Need::nodes("minimal", "*"), "read_nodes [[Domain: nodes, Verbosity: minimal]]"),
            (Need::cluster(), "read_cluster []"),
            (Need::roles("create", "mine"), "create_roles [[Domain: roles, Role: mine]]"),
            (Need::assign_group("staff"), "assign_and_revoke_groups []"),
        ] {
            assert_eq!(need.text(), expected);
        }
    }
}

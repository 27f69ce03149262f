//! One of many references in a request: its two ends, and what has to hold for it. Whether the target exists is looked at
//! only where tenants matter.

use uuid::Uuid;

use crate::engine::schema::DataType;

use super::fault::{BeaconFault, EndFault, LinkFault, ReadOnly, SourceFault};
use super::{Beacon, Collection, State, Value, parse_uuid};
use crate::engine::go::{Origin, type_name};
use crate::engine::letter_case::lower_first;

/// A reference by its ends, each of which may be no beacon.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) source: Result<Source, SourceFault>,
    pub(crate) target: Result<Beacon, BeaconFault>,
}

/// The property that refers: `weaviate://localhost/{Collection}/{uuid}/{property}`.
#[derive(Debug)]
pub(crate) struct Source {
    class: String,
    id: Uuid,
    property: String,
}

impl Link {
    pub(crate) fn parse(from: &str, to: &str) -> Self {
        Self { source: Source::parse(from), target: Beacon::parse(to) }
    }

    /// Adds the reference. A target without collection is given the only one that it can have.
    pub(crate) fn add(&mut self, state: &mut State, tenant: &str) -> Result<(), LinkFault> {
        match (&self.source, &mut self.target) {
            (Err(fault), Err(other)) => Err(LinkFault::Both(fault.clone(), other.clone())),
            (Err(fault), Ok(_)) => Err(fault.clone().into()),
            (Ok(_), Err(fault)) => Err(fault.clone().into()),
            (Ok(source), Ok(target)) => {
                source.complete(state, target)?;
                source.check(state, target, tenant)?;
                source.refer(state, target, tenant)
            }
        }
    }
}

impl Source {
    fn parse(text: &str) -> Result<Self, SourceFault> {
        let path = text.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, path)| path);
        let [class, id, property] = path.split('/').collect::<Vec<_>>()[..] else {
            return Err(SourceFault::Path(path.to_owned()));
        };
        let id = parse_uuid(id).map_err(|_| SourceFault::NoUuid { property: property.to_owned() })?;
        if class.is_empty() {
            return Err(SourceFault::NoCollection);
        }
        if class.starts_with(char::is_lowercase) {
            return Err(SourceFault::LowerCase(class.to_owned()));
        }
        if property.is_empty() {
            return Err(SourceFault::NoProperty);
        }
        Ok(Self { class: class.to_owned(), id, property: property.to_owned() })
    }

    fn collection<'s>(&self, state: &'s mut State) -> Result<&'s mut Collection, LinkFault> {
        let class = &self.class;
        state.collection_mut(class).ok_or_else(|| LinkFault::NoSource(class.clone()))
    }

    /// The server names the source where it misses the target.
    fn no_target(&self) -> LinkFault {
        LinkFault::NoTarget(self.class.clone())
    }

    fn complete(&self, state: &mut State, target: &mut Beacon) -> Result<(), LinkFault> {
        let Self { class, property, .. } = self;
        let collection = self.collection(state)?;
        if target.collection.is_some() {
            return Ok(());
        }
        match collection.schema.property(&lower_first(property)).map(|property| &property.data_type) {
            None => Err(LinkFault::NoProperty { class: class.clone(), property: property.clone() }),
            Some(DataType::Reference(targets)) => {
                if let [only] = targets.as_slice() {
                    target.collection = Some(only.clone());
                }
                Ok(())
            }
            Some(_) => Err(self.no_target()),
        }
    }

    /// References do not lead from one tenant into another.
    fn check(&self, state: &mut State, target: &Beacon, tenant: &str) -> Result<(), LinkFault> {
        let Some(name) = &target.collection else {
            return if tenant.is_empty() { Ok(()) } else { Err(LinkFault::Ambiguous) };
        };
        let within = self.collection(state)?.schema.multi_tenancy.enabled;
        let linked = state.collection_mut(name).ok_or_else(|| self.no_target())?;
        match (within, linked.schema.multi_tenancy.enabled) {
            (false, true) => Err(LinkFault::IntoTenant),
            (false, false) => Ok(()),
            (true, also) => {
                let there = if also { tenant } else { "" };
                let source = self.collection(state)?;
                exists(source, self.id, tenant).map_err(|fault| LinkFault::End { end: "source", fault })?;
                let linked = state.collection_mut(name).ok_or_else(|| self.no_target())?;
                exists(linked, target.id, there).map_err(|fault| LinkFault::End { end: "target", fault })
            }
        }
    }

    fn refer(&self, state: &mut State, target: &Beacon, tenant: &str) -> Result<(), LinkFault> {
        let Self { id, property, .. } = self;
        let now = state.next_ms();
        let collection = self.collection(state)?;
        let known = collection.schema.property(property).map(|property| property.data_type.clone());
        let shard = collection.shard_mut(tenant)?;
        if shard.read_only {
            return Err(ReadOnly::Manually.into());
        }
        let object = shard.objects.get_mut(id);
        let object = object.ok_or(LinkFault::NoObject(*id))?;
        object.updated_ms = now;
        // The object takes the reference in any case; only then it shows that the property is none.
        let before = object.properties.remove(property);
        let found = before.as_ref().map(|value| type_name(&value.to_json(), Origin::Grpc));
        let mut beacons = match before {
            Some(Value::References(beacons)) => beacons,
            _ => Vec::new(),
        };
        beacons.push(target.clone());
        object.properties.insert(property.clone(), Value::References(beacons));
        match (known, found) {
            (Some(DataType::Reference(_)), _) => Ok(()),
            (None, _) => Err(LinkFault::UnknownProperty(property.clone())),
            (Some(_), Some(found)) => Err(LinkFault::NoReference { property: property.clone(), found }),
            (Some(_), None) => Err(LinkFault::NoBucket(property.clone())),
        }
    }
}

fn exists(collection: &mut Collection, id: Uuid, tenant: &str) -> Result<(), EndFault> {
    let class = collection.schema.name.clone();
    match collection.shard_mut(tenant) {
        Err(fault) => Err(EndFault::Shard { class, id, fault }),
        Ok(shard) if shard.objects.contains_key(&id) => Ok(()),
        Ok(_) => Err(EndFault::NoObject { class, id, tenant: tenant.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::config::Config;
    use crate::engine::store::{Lookup, NewObject, PutMode, Store};

    #[test]
    fn a_source_names_collection_object_and_property() {
        let id = "a0000001-0000-4000-8000-000000000001";
        let source = Source::parse(&format!("weaviate://localhost/Page/{id}/LinksTo")).unwrap();
        assert_eq!((source.class.as_str(), source.property.as_str()), ("Page", "LinksTo"), "the name as it came");
        let fault = |text: &str| Source::parse(text).unwrap_err().to_string();
        assert!(fault("weaviate://localhost/Page").ends_with("but got '/Page'"));
        assert!(fault("weaviate://localhost/Page/x/linksTo").ends_with("must be uuid, but got 'linksTo'"));
        assert!(fault(&format!("weaviate://localhost/page/{id}/linksTo")).ends_with("but got page"));
        assert!(fault(&format!("weaviate://localhost/Page/{id}/")).ends_with("property cannot be empty"));
    }

    #[test]
    fn no_reference_leads_out_of_its_tenant() {
        let store = Store::new(Config::default());
        for (name, tenants) in [("Plain", false), ("Split", true)] {
            let class =
                json!({"class": name, "multiTenancyConfig": {"enabled": tenants, "autoTenantCreation": tenants}});
            store.write().create_collection(&class, &store.config).unwrap();
            let more = json!([
                {"name": "plain", "dataType": ["Plain"]},
                {"name": "split", "dataType": [if tenants { "Split" } else { "Plain" }]},
            ]);
            let mut state = store.write();
            let collection = state.collection_mut(name).unwrap();
            let mut class = collection.schema.stored().clone();
            class["properties"] = more;
            collection.redefine(class);
        }
        let put = |class: &str, number: u128, tenant: &str| {
            let object = NewObject { id: Uuid::from_u128(number), tenant: tenant.to_owned(), ..NewObject::default() };
            store.put_object(&mut Lookup::default(), class, &object, Origin::Rest, PutMode::Insert).unwrap();
        };
        put("Plain", 1, "");
        put("Split", 2, "a");
        put("Split", 3, "b");
        let add = |from: &str, to: &str, tenant: &str| {
            let url = |(class, number, property): (&str, u128, &str)| {
                format!("weaviate://localhost/{class}/{}{property}", Uuid::from_u128(number))
            };
            let end = |text: &str| match text {
                "plain" => ("Plain", 1),
                "a" => ("Split", 2),
                "b" => ("Split", 3),
                "nothing" => ("Plain", 9),
                _ => ("Nowhere", 9),
            };
            let ((class, number), (other, other_number)) = (end(from), end(to));
            let property = if other == "Split" { "/split" } else { "/plain" };
            let mut link = Link::parse(&url((class, number, property)), &url((other, other_number, "")));
            link.add(&mut store.write(), tenant).err().map(|fault| fault.to_string()).unwrap_or_default()
        };
        for (from, to, tenant, says) in [
            ("plain", "plain", "", ""),
            ("plain", "nothing", "", ""),
            ("a", "a", "a", ""),
            ("a", "plain", "a", ""),
            ("plain", "elsewhere", "", "target class \"Plain\" not found in schema"),
            ("plain", "a", "", "cannot reference a multi-tenant enabled class"),
            ("a", "b", "a", "target: object Split/00000000-0000-0000-0000-000000000003 not found for tenant \"a\""),
            ("a", "a", "b", "source: object Split/00000000-0000-0000-0000-000000000002 not found for tenant \"b\""),
            (
                "a",
                "nothing",
                "a",
                "target: object Plain/00000000-0000-0000-0000-000000000009 not found for tenant \"\"",
            ),
            ("a", "a", "", "determine shard: class Split has multi-tenancy enabled, but request was without tenant"),
            ("plain", "plain", "a", "class Plain has multi-tenancy disabled, but request was with tenant"),
        ] {
            let fault = add(from, to, tenant);
            assert!(
                fault.contains(says) && fault.is_empty() == says.is_empty(),
                "{from} to {to} in {tenant:?}: {fault}"
            );
        }
    }
}

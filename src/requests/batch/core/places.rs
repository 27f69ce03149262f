//! Collections and tenants of a batch, with what is not decided of each.

use std::collections::HashMap;
use std::sync::Arc;

use crate::Uuid;
use crate::requests::batch::ledger::Ledgers;
use crate::values::collection_name::CollectionName;
use crate::values::data::NewReference;
use crate::values::target::Target;

type Tenant = Option<Arc<str>>;

/// All collections and tenants of a batch, by number.
#[derive(Default)]
pub(super) struct Places {
    all: Vec<BatchPlace>,
    by_name: HashMap<(CollectionName, Tenant), usize>,
    by_tenant: HashMap<Tenant, Vec<usize>>,
}

/// A collection, or a tenant of one.
pub(super) struct BatchPlace {
    tenant: Tenant,
    pub(super) lanes: Vec<usize>,
    pub(super) ledgers: Ledgers,
}

impl Places {
    /// Returns the place of a target, which may be new.
    pub(super) fn of(&mut self, target: &Target) -> usize {
        let name = (target.collection.clone(), target.tenant.clone());
        if let Some(place) = self.by_name.get(&name) {
            return *place;
        }
        let place = self.all.len();
        let tenant = target.tenant.clone();
        self.all.push(BatchPlace { tenant: tenant.clone(), lanes: Vec::new(), ledgers: Ledgers::default() });
        self.by_name.insert(name, place);
        self.by_tenant.entry(tenant).or_default().push(place);
        place
    }

    pub(super) fn get(&self, place: usize) -> &BatchPlace {
        &self.all[place]
    }

    pub(super) fn get_mut(&mut self, place: usize) -> &mut BatchPlace {
        &mut self.all[place]
    }

    /// Returns the objects at the ends of a reference that are not decided yet. A reference leads to an
    /// object of the same tenant, or of a collection without tenants; of whatever collection, unless it
    /// names one.
    pub(super) fn undecided_ends(&self, from: usize, reference: &NewReference) -> Vec<(usize, Uuid)> {
        let own = self.get(from);
        let mut ends = vec![(from, reference.from)];
        for tenant in [own.tenant.clone(), None].into_iter().take(1 + usize::from(own.tenant.is_some())) {
            if let Some(name) = reference.to.collection() {
                let place = self.by_name.get(&(CollectionName::new(name), tenant));
                ends.extend(place.map(|place| (*place, reference.to.id)));
            } else {
                let places = self.by_tenant.get(&tenant).into_iter().flatten();
                ends.extend(places.map(|place| (*place, reference.to.id)));
            }
        }
        ends.retain(|(place, id)| self.get(*place).ledgers.objects.contains(id));
        ends.sort_unstable();
        ends.dedup();
        ends
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::data::ReferenceTo;

    fn target(collection: &str, tenant: Option<&str>) -> Target {
        Target { tenant: tenant.map(Into::into), ..Target::new(collection) }
    }

    #[test]
    fn ends_are_those_of_the_same_tenant_or_without_one() {
        let id = Uuid::from_u128;
        let mut places = Places::default();
        let [ann, bob, plain] = [("Order", Some("ann")), ("Order", Some("bob")), ("Person", None)]
            .map(|(collection, tenant)| places.of(&target(collection, tenant)));
        assert_eq!(places.of(&target("Order", Some("ann"))), ann);
        for place in [ann, bob, plain] {
            places.get_mut(place).ledgers.objects.insert(id(1));
        }
        places.get_mut(ann).ledgers.objects.insert(id(2));
        let ends = |from: usize, to: ReferenceTo| places.undecided_ends(from, &NewReference::new(id(2), "to", to));
        assert_eq!(ends(ann, id(1).into()), [(ann, id(1)), (ann, id(2)), (plain, id(1))]);
        assert_eq!(ends(ann, ReferenceTo::in_collection("person", id(1))), [(ann, id(2)), (plain, id(1))]);
        assert_eq!(ends(bob, id(1).into()), [(bob, id(1)), (plain, id(1))]);
        assert_eq!(ends(plain, id(1).into()), [(plain, id(1))]);
        assert_eq!(ends(plain, id(9).into()), []);
    }
}

//! References of one object: add one, replace all, delete one.

use std::sync::RwLockWriteGuard;

use http::{Method, StatusCode};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::emulated::Emulated;
use crate::engine::schema::DataType;
use crate::engine::store::fault::{BeaconFault, NoSuchProperty};
use crate::engine::store::{Beacon, ParsedBeacon, Properties, State, Value};

use super::bodies::SINGLE_REF;
use super::call::{Call, path_uuid};
use super::objects::check_consistency;
use super::refused::Target;
use super::reply::Reply;

pub(super) fn one(
    emulated: &Emulated,
    method: &Method,
    class: Option<&str>,
    id: &str,
    property: &str,
    call: &Call,
) -> Result<Reply, Reply> {
    let id = path_uuid("id", id)?;
    let given = match *method {
        Method::PUT => call.objects(&SINGLE_REF, "models.MultipleRef")?,
        _ => vec![call.object(&SINGLE_REF)?],
    };
    for (index, reference) in given.iter().enumerate() {
        let place = if *method == Method::PUT { format!("{index}.beacon") } else { "beacon".to_owned() };
        check_uri(&place, reference)?;
    }
    check_consistency(call)?;
    let tenant = call.parameter("tenant").unwrap_or_default();
    let mut state = emulated.write();
    let class = match class {
        Some(class) => class.to_owned(),
        None => state.owner(id).ok_or_else(|| Reply::empty(StatusCode::NOT_FOUND))?,
    };
    let source = Source { class: &class, id, property: property.to_owned(), tenant };
    let words = if *method == Method::POST { "validate inputs" } else { "bad inputs" };
    let invalid = |text: String| Reply::unprocessable(format!("msg:{words} code:400 err:{text}"));
    if *method == Method::DELETE {
        let unparsable =
            |fault: BeaconFault| Reply::unprocessable(format!("msg:cannot parse beacon code:400 err:{fault}"));
        let parsed = given.iter().map(parse).collect::<Result<Vec<_>, _>>().map_err(unparsable)?;
        let targets = source.targets(&state, words)?;
        let beacons: Vec<Beacon> = parsed.into_iter().map(|parsed| parsed.within(&targets).beacon).collect();
        source.delete(&mut state, &beacons)?;
        follow(emulated, call, state, &source)?;
        return Ok(Reply::empty(StatusCode::NO_CONTENT));
    }
    let targets = source.targets(&state, words)?;
    let beacon = |reference: &Json| {
        let parsed = parse(reference).map_err(|fault| format!("invalid reference: {fault}"))?;
        parsed.within(&targets).local().map_err(|fault| fault.to_string())
    };
    let beacons = given.iter().map(beacon).collect::<Result<Vec<_>, _>>().map_err(invalid)?;
    for beacon in &beacons {
        check_target(&state, beacon, tenant)?;
    }
    if source.is_read_only(&state) {
        drop(state);
        let target = Target { emulated, collection: &class, tenant };
        return Err(target.reference(*method == Method::POST));
    }
    let stored = source.stored(&mut state).ok_or_else(|| Reply::empty(StatusCode::NOT_FOUND))?;
    match stored.entry(source.property.clone()).or_insert_with(|| Value::References(Vec::new())) {
        Value::References(known) if *method == Method::POST => known.extend(beacons),
        other => *other = Value::References(beacons),
    }
    // Where all references are replaced, the server leaves the vector as it is.
    if *method == Method::POST {
        follow(emulated, call, state, &source)?;
    }
    Ok(Reply::empty(StatusCode::OK))
}

/// Lets a vector that is made of references follow them. The references stay, even if that fails.
fn follow(
    emulated: &Emulated,
    call: &Call,
    mut state: RwLockWriteGuard<'_, State>,
    source: &Source<'_>,
) -> Result<(), Reply> {
    let place = (source.class, source.tenant);
    let followed = emulated.follow_references(&mut state, &call.provider_keys(), place, source.id);
    drop(state);
    let target = Target { emulated, collection: source.class, tenant: source.tenant };
    followed.map_err(|refusal| target.centroid(source.id, &refusal))
}

/// The property that refers.
struct Source<'a> {
    class: &'a str,
    id: Uuid,
    property: String,
    tenant: &'a str,
}

impl Source<'_> {
    /// The collections the property may refer to. `words` open the error.
    fn targets(&self, state: &State, words: &str) -> Result<Vec<String>, Reply> {
        let collection = state.collection(self.class).ok_or_else(|| {
            let class = self.class;
            Reply::unprocessable(format!(
                "msg:collection not found code:400 err:collection \"{class}\" not found in schema"
            ))
        })?;
        let invalid = |text: String| Reply::unprocessable(format!("msg:{words} code:400 err:{text}"));
        let class = &collection.schema;
        match class.property(&self.property).map(|property| &property.data_type) {
            Some(DataType::Reference(targets)) => Ok(targets.clone()),
            Some(_) => Err(invalid(format!("property '{}' is not a reference-type", self.property))),
            None => Err(invalid(NoSuchProperty::new(&self.property, &class.name).to_string())),
        }
    }

    /// Returns whether the object is there, in a shard that takes no writes.
    fn is_read_only(&self, state: &State) -> bool {
        let shard = state.collection(self.class).and_then(|collection| collection.shard(self.tenant).ok());
        shard.is_some_and(|shard| shard.read_only && shard.objects.contains_key(&self.id))
    }

    /// The properties of the object that refers, marked as changed.
    fn stored<'a>(&self, state: &'a mut State) -> Option<&'a mut Properties> {
        let now = state.next_ms();
        let shard = state.collection_mut(self.class)?.shard_mut(self.tenant).ok()?;
        let object = shard.objects.get_mut(&self.id)?;
        object.updated_ms = now;
        Some(&mut object.properties)
    }

    fn delete(&self, state: &mut State, beacons: &[Beacon]) -> Result<(), Reply> {
        let stored = self.stored(state).ok_or_else(|| Reply::empty_json(StatusCode::NOT_FOUND))?;
        let Some(Value::References(known)) = stored.get_mut(&self.property) else { return Ok(()) };
        if known.is_empty() {
            // The server no longer sees references in a list that it has emptied.
            let text = format!(
                "msg:property {} of type []interface {{}} is not a valid cross-reference code:500 err:<nil>",
                self.property
            );
            return Err(Reply::error(StatusCode::INTERNAL_SERVER_ERROR, text));
        }
        known.retain(|beacon| !beacons.contains(beacon));
        Ok(())
    }
}

fn check_uri(place: &str, reference: &Json) -> Result<(), Reply> {
    let beacon = reference["beacon"].as_str().unwrap_or_default();
    if beacon.is_empty() || beacon.contains("://") {
        return Ok(());
    }
    Err(Reply::code(601, format!("{place} in body must be of type uri: \"{beacon}\"")))
}

fn parse(reference: &Json) -> Result<ParsedBeacon, BeaconFault> {
    ParsedBeacon::parse(reference["beacon"].as_str().unwrap_or_default())
}

fn check_target(state: &State, beacon: &Beacon, tenant: &str) -> Result<(), Reply> {
    let invalid = |text: String| Reply::unprocessable(format!("msg:validate existence code:400 err:{text}"));
    let missing = || invalid(format!("validate reference: no object with id {} found", beacon.id));
    let collection = match &beacon.collection {
        Some(name) => state.collection(name).ok_or_else(missing)?,
        None if state.exists(None, beacon.id) => return Ok(()),
        None => return Err(missing()),
    };
    // A target without tenants may be referred to from a tenant.
    let tenant = if collection.schema.multi_tenancy.enabled { tenant } else { "" };
    let shard = collection.shard(tenant).map_err(|fault| invalid(format!("determine shard: {fault}")))?;
    if shard.objects.contains_key(&beacon.id) { Ok(()) } else { Err(missing()) }
}

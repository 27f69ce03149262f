//! Conversion of selections: properties, paths into objects, references.

use std::collections::BTreeMap;

use serde_json::Value;
use weaviate_generated::grpc::{MetadataRequest, ObjectPropertiesRequest, PropertiesRequest, RefPropertiesRequest};

use super::references;
use crate::values::collection_name::{CollectionName, check_name};
use crate::values::property_names;
use crate::values::query::{IncludeVectors, MAX_REFERENCES, Metadata, Selected, SelectedReference};
use crate::{Error, Result};

/// Largest number of names in a path.
const MAX_PARTS: usize = 64;

/// Converts a selection. `None` for the server's default: all properties except blobs and references.
///
/// `boosted` are further properties that the request needs.
pub(super) fn properties(selected: &Selected, boosted: &[&str]) -> Result<Option<PropertiesRequest>> {
    if selected.depth > MAX_REFERENCES {
        return Err(Error::validation("select", format!("more than {MAX_REFERENCES} references follow each other")));
    }
    if selected.properties.is_none() && selected.references.is_empty() {
        return Ok(None);
    }
    let mut request = match &selected.properties {
        None => everything(),
        Some(names) => {
            let mut request = message(names)?;
            for name in boosted {
                if !request.non_ref_properties.iter().any(|known| known == name) {
                    request.non_ref_properties.push((*name).to_owned());
                }
            }
            request
        }
    };
    request.ref_properties = references(&selected.references)?;
    Ok(Some(request))
}

/// All properties except blobs and references.
pub(super) fn everything() -> PropertiesRequest {
    PropertiesRequest { return_all_nonref_properties: true, ..PropertiesRequest::default() }
}

fn references(all: &[SelectedReference]) -> Result<Vec<RefPropertiesRequest>> {
    let mut requests = Vec::with_capacity(all.len());
    for (at, SelectedReference { property, target, selected, .. }) in all.iter().enumerate() {
        references::check_name(property).map_err(|fault| Error::validation("select", fault))?;
        if all.iter().take(at).any(|earlier| earlier.property == *property) {
            let message = format!(
                "the reference `{property}` is selected twice, and the server finds the objects of the first selection \
                 only; send a query for each"
            );
            return Err(Error::validation("select", message));
        }
        let target_collection = target.as_ref().map(|name| CollectionName::new(name).as_str().to_owned());
        if let Some(name) = &target_collection {
            check_name(name)?;
        }
        requests.push(RefPropertiesRequest {
            reference_property: property.clone(),
            properties: Some(properties(selected, &[])?.unwrap_or_else(everything)),
            metadata: Some(metadata_of_reference(selected)?),
            target_collection: target_collection.unwrap_or_default(),
        });
    }
    Ok(requests)
}

/// The id is always requested, since each reference has one.
fn metadata_of_reference(selected: &Selected) -> Result<MetadataRequest> {
    let mut request = MetadataRequest { uuid: true, ..MetadataRequest::default() };
    vectors(&selected.vectors, &mut request)?;
    for metadata in &selected.metadata {
        *match metadata {
            Metadata::CreationTime => &mut request.creation_time_unix,
            Metadata::LastUpdateTime => &mut request.last_update_time_unix,
            Metadata::IsConsistent => &mut request.is_consistent,
            other => {
                let message =
                    format!("{other:?} is not metadata of a referenced object, but of a search; omit it there");
                return Err(Error::validation("select", message));
            }
        } = true;
    }
    Ok(request)
}

/// Adds the vectors to a request for metadata.
pub(super) fn vectors(selected: &IncludeVectors, request: &mut MetadataRequest) -> Result<()> {
    match selected {
        IncludeVectors::None => {}
        IncludeVectors::All => request.vector = true,
        IncludeVectors::Named(names) if names.iter().any(String::is_empty) => {
            return Err(Error::validation(
                "include_vectors",
                "must not contain an empty vector name; `include_vector(true)` returns an unnamed vector",
            ));
        }
        IncludeVectors::Named(names) => request.vectors.clone_from(names),
    }
    Ok(())
}

/// Returns whether a request asks for the ids of a reference alone, which is what REST returns.
pub(super) fn is_id_alone(reference: &RefPropertiesRequest) -> bool {
    let RefPropertiesRequest { properties, metadata, .. } = reference;
    let id_alone = MetadataRequest { uuid: true, ..MetadataRequest::default() };
    *properties == Some(PropertiesRequest::default()) && *metadata == Some(id_alone)
}

/// Converts names to a selection. A dot leads into an object: `author.name`.
///
/// The server answers a name with a dot with an empty object, and without an error. A property
/// that is selected as a whole includes its nested ones.
fn message(names: &[String]) -> Result<PropertiesRequest> {
    let (paths, whole): (Vec<&String>, Vec<&String>) = names.iter().partition(|name| name.contains('.'));
    let mut objects = Objects::new();
    for name in names {
        property_names::check(name).map_err(|fault| Error::validation("properties", fault))?;
    }
    for path in paths {
        let parts = parts(path).map_err(|fault| Error::validation("properties", fault))?;
        if !whole.iter().any(|name| Some(&name.as_str()) == parts.first()) {
            add(&mut objects, &parts);
        }
    }
    Ok(PropertiesRequest {
        non_ref_properties: whole.into_iter().cloned().collect(),
        object_properties: objects.iter().filter_map(|(name, part)| object(name, part)).collect(),
        ..PropertiesRequest::default()
    })
}

/// Splits a path. Refuses nested names that the server would not find: it looks for them with a
/// lower-case first letter, although it stores them as they are.
fn parts(path: &str) -> Result<Vec<&str>, String> {
    let parts: Vec<&str> = path.split('.').collect();
    if parts.iter().any(|part| part.is_empty()) || parts.len() > MAX_PARTS {
        let shown = property_names::shown(path);
        return Err(format!("`{shown}` is not a path; use up to {MAX_PARTS} names with one dot between them"));
    }
    match parts.iter().position(|part| part.starts_with(|first: char| first.is_ascii_uppercase())) {
        Some(at) => Err(format!(
            "`{}` cannot be selected, because the server looks for `{}` in lower case; select `{}` as a whole",
            property_names::shown(path),
            property_names::shown(parts.get(at).copied().unwrap_or_default()),
            property_names::shown(&parts.get(..at).unwrap_or_default().join("."))
        )),
        None => Ok(parts),
    }
}

/// Selected parts of an object, by name.
type Objects<'n> = BTreeMap<&'n str, Part<'n>>;

enum Part<'n> {
    Whole,
    Of(Objects<'n>),
}

fn add<'n>(mut objects: &mut Objects<'n>, path: &[&'n str]) {
    let Some((last, outer)) = path.split_last() else { return };
    for name in outer {
        match objects.entry(name).or_insert_with(|| Part::Of(Objects::new())) {
            Part::Whole => return,
            Part::Of(nested) => objects = nested,
        }
    }
    objects.insert(last, Part::Whole);
}

fn object(name: &str, part: &Part<'_>) -> Option<ObjectPropertiesRequest> {
    let Part::Of(nested) = part else { return None };
    let whole = nested.iter().filter(|(_, part)| matches!(part, Part::Whole));
    Some(ObjectPropertiesRequest {
        prop_name: name.to_owned(),
        primitive_properties: whole.map(|(name, _)| (*name).to_owned()).collect(),
        object_properties: nested.iter().filter_map(|(name, part)| object(name, part)).collect(),
    })
}

/// Removes from a property or reference what was not selected. Returns whether anything of it was.
pub(super) fn reduce(selection: &PropertiesRequest, name: &str, value: &mut Value) -> bool {
    if references::are_references(value) {
        return selection.ref_properties.iter().any(|reference| reference.reference_property == name);
    }
    selection.return_all_nonref_properties
        || reduce_part(&selection.non_ref_properties, &selection.object_properties, name, value)
}

fn reduce_part(whole: &[String], objects: &[ObjectPropertiesRequest], name: &str, value: &mut Value) -> bool {
    if whole.iter().any(|wanted| wanted == name) {
        return true;
    }
    let Some(object) = objects.iter().find(|object| object.prop_name == name) else { return false };
    let parts = match value {
        Value::Array(elements) => elements.as_mut_slice(),
        one => std::slice::from_mut(one),
    };
    for members in parts.iter_mut().filter_map(Value::as_object_mut) {
        let ObjectPropertiesRequest { primitive_properties, object_properties, .. } = object;
        members.retain(|name, value| reduce_part(primitive_properties, object_properties, name, value));
    }
    true
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn selected(names: &[&str]) -> Result<PropertiesRequest> {
        message(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
    }

    fn part(name: &str, primitive: &[&str], objects: Vec<ObjectPropertiesRequest>) -> ObjectPropertiesRequest {
        ObjectPropertiesRequest {
            prop_name: name.to_owned(),
            primitive_properties: primitive.iter().map(|name| (*name).to_owned()).collect(),
            object_properties: objects,
        }
    }

    #[test]
    fn a_dot_leads_into_an_object() {
        let names = ["title", "author.name", "author.home.city", "author.home.zip", "year"];
        let request = selected(&names).unwrap();
        assert_eq!(request.non_ref_properties, ["title", "year"]);
        let home = part("home", &["city", "zip"], vec![]);
        assert_eq!(request.object_properties, [part("author", &["name"], vec![home])]);
        assert_eq!(selected(&[]).unwrap(), PropertiesRequest::default());
    }

    #[test]
    fn a_whole_property_includes_its_parts() {
        for names in [["a", "a.b"], ["a.b", "a"]] {
            let request = selected(&names).unwrap();
            assert_eq!(
                (request.non_ref_properties.as_slice(), request.object_properties.len()),
                (&["a".to_owned()][..], 0)
            );
        }
        for names in [["a.b", "a.b.c"], ["a.b.c", "a.b"]] {
            assert_eq!(selected(&names).unwrap().object_properties, [part("a", &["b"], vec![])], "{names:?}");
        }
    }

    #[test]
    fn what_is_not_a_path_is_refused() {
        let long = "a.".repeat(MAX_PARTS) + "a";
        let endless = ".a".repeat(1_000_000);
        for name in ["", ".", "a.", ".a", "a..b", "Title", "Author.name", "author.Name", &long, &endless] {
            let error = selected(&["title", name]).unwrap_err();
            assert_eq!(error.field(), Some("properties"), "{error}");
            assert!(error.to_string().len() < 400, "{error}");
        }
        let error = selected(&["author.home.City"]).unwrap_err();
        assert!(
            error.to_string().contains("looks for `City` in lower case; select `author.home` as a whole"),
            "{error}"
        );
    }

    #[test]
    fn a_listed_object_is_reduced_to_its_selection() {
        let whole = json!({
            "title": "x",
            "year": 1,
            "author": {"name": "n", "born": 2, "home": {"city": "c", "zip": 3}},
            "chapters": [{"title": "one", "pages": 4}, {"title": "two", "pages": 5}],
        });
        let Value::Object(mut found) = whole else { panic!() };
        let request = selected(&["title", "author.name", "author.home.zip", "chapters.title"]).unwrap();
        found.retain(|name, value| reduce(&request, name, value));
        let expected = json!({
            "title": "x",
            "author": {"name": "n", "home": {"zip": 3}},
            "chapters": [{"title": "one"}, {"title": "two"}],
        });
        assert_eq!(Value::Object(found), expected);
    }
}

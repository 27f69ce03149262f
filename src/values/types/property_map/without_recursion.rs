//! Copies, comparison, output and drop of maps that need no stack for each level of objects.

use std::collections::{BTreeMap, VecDeque};
use std::{fmt, mem};

use super::PropertyMap;
use crate::values::map_of::map_of;
use crate::values::types::PropertyValue;

/// Levels of objects in debug output. The rest is `..`.
const SHOWN_LEVELS: usize = PropertyMap::MAX_DEPTH;

/// Returns the objects that a value holds.
fn nested(value: &PropertyValue) -> &[PropertyMap] {
    match value {
        PropertyValue::Object(map) => std::slice::from_ref(map),
        PropertyValue::ObjectArray(maps) => maps,
        _ => &[],
    }
}

impl Clone for PropertyMap {
    fn clone(&self) -> Self {
        // All maps, each before those inside of it. The copies are made from the last on, so that what
        // a map holds is there before the map.
        let mut maps = vec![self];
        let mut next = 0;
        while let Some(map) = maps.get(next).copied() {
            maps.extend(map.0.values().flat_map(nested));
            next += 1;
        }
        let mut copies: VecDeque<Self> = VecDeque::new();
        for map in maps.into_iter().rev() {
            // Of the copies without a map around them, those of this map come first, the last one ahead.
            let inside = map.0.values().map(|value| nested(value).len()).sum::<usize>();
            let mut own = copies.drain(..inside).rev().collect::<Vec<_>>().into_iter();
            let mut copy = |value: &PropertyValue| match value {
                PropertyValue::Object(_) => PropertyValue::Object(own.next().unwrap_or_default()),
                PropertyValue::ObjectArray(maps) => PropertyValue::ObjectArray(own.by_ref().take(maps.len()).collect()),
                value => value.clone(),
            };
            let properties = map_of(map.0.iter().map(|(name, value)| (name.clone(), copy(value))));
            copies.push_back(Self(properties));
        }
        copies.pop_back().unwrap_or_default()
    }
}

impl PartialEq for PropertyMap {
    fn eq(&self, other: &Self) -> bool {
        let mut open = vec![(self, other)];
        while let Some((one, other)) = open.pop() {
            if one.0.len() != other.0.len() {
                return false;
            }
            for ((name, value), (other_name, other_value)) in one.0.iter().zip(&other.0) {
                let (maps, other_maps) = (nested(value), nested(other_value));
                let alike = match (value, other_value) {
                    (PropertyValue::Object(_), PropertyValue::Object(_)) => true,
                    (PropertyValue::ObjectArray(_), PropertyValue::ObjectArray(_)) => maps.len() == other_maps.len(),
                    (PropertyValue::Object(_) | PropertyValue::ObjectArray(_), _) => false,
                    (value, other_value) => value == other_value,
                };
                if name != other_name || !alike {
                    return false;
                }
                open.extend(maps.iter().zip(other_maps));
            }
        }
        true
    }
}

impl fmt::Debug for PropertyMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Level(self, 0).fmt(f)
    }
}

/// A map and the number of objects around it.
struct Level<'a>(&'a PropertyMap, usize);

impl fmt::Debug for Level<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(map, level) = *self;
        if level >= SHOWN_LEVELS {
            return f.write_str("..");
        }
        let mut out = f.debug_map();
        for (name, value) in &map.0 {
            match value {
                PropertyValue::Object(map) => out.entry(name, &Named("Object", Level(map, level + 1))),
                PropertyValue::ObjectArray(maps) => {
                    let maps: Vec<_> = maps.iter().map(|map| Level(map, level + 1)).collect();
                    out.entry(name, &Named("ObjectArray", maps))
                }
                value => out.entry(name, value),
            };
        }
        out.finish()
    }
}

/// A variant of [`PropertyValue`] with its value.
struct Named<T>(&'static str, T);

impl<T: fmt::Debug> fmt::Debug for Named<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple(self.0).field(&self.1).finish()
    }
}

/// Takes nested objects apart one after the other. Otherwise the drop of a map that is too deep to be
/// written would overflow the stack.
impl Drop for PropertyMap {
    fn drop(&mut self) {
        let mut open = Vec::new();
        take_nested(&mut self.0, &mut open);
        while let Some(mut map) = open.pop() {
            take_nested(&mut map, &mut open);
        }
    }
}

/// Moves the objects of a map to the list, without those that are empty.
fn take_nested(map: &mut BTreeMap<String, PropertyValue>, open: &mut Vec<BTreeMap<String, PropertyValue>>) {
    for value in map.values_mut() {
        let nested = match value {
            PropertyValue::Object(nested) => std::slice::from_mut(nested),
            PropertyValue::ObjectArray(nested) => nested.as_mut_slice(),
            _ => continue,
        };
        open.extend(nested.iter_mut().map(|map| mem::take(&mut map.0)).filter(|map| !map.is_empty()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deep(levels: usize) -> PropertyMap {
        (0..levels).fold(PropertyMap::from([("x", 1)]), |map, level| {
            if level % 2 == 0 { PropertyMap::from([("o", map)]) } else { PropertyMap::from([("os", [map])]) }
        })
    }

    #[test]
    fn the_depth_of_a_map_needs_no_stack() {
        let small = std::thread::Builder::new().stack_size(256 * 1024);
        let test = || {
            let map = deep(100_000);
            let copy = map.clone();
            assert!(copy == map && copy != deep(99_999));
            assert!(format!("{map:?}").contains(".."));
            drop(map);
            assert!(copy == deep(100_000));
        };
        small.spawn(test).unwrap().join().unwrap();
    }

    #[test]
    fn a_copy_is_equal_and_prints_alike() {
        let inner = |n: i64| PropertyMap::from([("n", n)]);
        let wide = PropertyMap::from_iter([
            ("a", PropertyValue::from(inner(1))),
            ("b", PropertyValue::from([inner(2), PropertyMap::from([("deep", inner(3))]), PropertyMap::new()])),
            ("c", PropertyValue::from("text")),
            ("d", PropertyValue::from(PropertyMap::from([("one", inner(4)), ("two", inner(5))]))),
        ]);
        assert_eq!(wide.clone(), wide);
        let text = r#"{"a": Object({"n": Int(1)}), "b": ObjectArray([{"n": Int(2)}, {"deep": Object({"n": Int(3)})}, {}]), "c": Text("text"), "d": Object({"one": Object({"n": Int(4)}), "two": Object({"n": Int(5)})})}"#;
        assert_eq!(format!("{wide:?}"), text);
        assert_eq!(format!("{:?}", wide.clone()), text);
        for other in [
            PropertyMap::from([("a", inner(1))]),
            PropertyMap::from([("a", [inner(1)])]),
            PropertyMap::from([("a", [inner(1), inner(2)])]),
            PropertyMap::from([("a", 1)]),
            PropertyMap::from([("b", inner(1))]),
            PropertyMap::new(),
        ] {
            assert_ne!(other, PropertyMap::from([("a", inner(2))]));
            assert_eq!(other, other.clone());
        }
    }
}

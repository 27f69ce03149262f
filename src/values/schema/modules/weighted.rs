//! Source properties of multimodal vectorizers, with their weights.

use serde_json::Value;

use crate::values::schema::settings::{Json, Map, plain, same};

/// Source property of a multimodal vectorizer, with an optional weight.
///
/// ```
/// use weaviate::schema::modules::{Multi2VecClip, WeightedField};
///
/// let equal = Multi2VecClip::new().text_fields(["title"]).image_fields(["picture"]);
/// let weighted = Multi2VecClip::new()
///     .text_fields([WeightedField::new("title").weight(0.2)])
///     .image_fields([WeightedField::new("picture").weight(0.8)]);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WeightedField {
    /// Name of the property.
    pub name: String,
    /// Weight relative to the other properties. Give all properties of a vectorizer a weight, or
    /// none.
    pub weight: Option<f64>,
}

impl WeightedField {
    /// Creates a source property without a weight.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), weight: None }
    }

    /// Sets the weight relative to the other properties. Give all properties of a vectorizer a
    /// weight, or none.
    #[must_use]
    pub fn weight(mut self, weight: f64) -> Self {
        self.weight = Some(weight);
        self
    }
}

impl From<&str> for WeightedField {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl From<String> for WeightedField {
    fn from(name: String) -> Self {
        Self::new(name)
    }
}

/// Member of the settings with the weights of all lists of properties.
pub(crate) const WEIGHTS: &str = "weights";

pub(crate) fn take(map: &mut Map, key: &str) -> Option<Vec<WeightedField>> {
    let names: Vec<String> = plain::take(map, key)?;
    let fields = |weights: Option<Vec<f64>>| {
        let mut weights = weights.into_iter().flatten();
        names.iter().map(|name| WeightedField { name: name.clone(), weight: weights.next() }).collect()
    };
    let Some(all) = map.get_mut(WEIGHTS).and_then(Value::as_object_mut) else { return Some(fields(None)) };
    let fits = |value: &Value| {
        let weights = Vec::<f64>::read(value).filter(|weights| weights.len() == names.len())?;
        same(&weights.write(), value).then_some(weights)
    };
    let Some(weights) = all.get(key).and_then(fits).filter(|weights| !weights.is_empty()) else {
        return Some(fields(None));
    };
    all.remove(key);
    if all.is_empty() {
        map.remove(WEIGHTS);
    }
    Some(fields(Some(weights)))
}

/// Writes null for a missing weight among others. A check refuses it before the request is sent.
pub(crate) fn put(fields: &[WeightedField], map: &mut Map, key: &str) {
    map.insert(key.to_owned(), fields.iter().map(|field| Value::from(field.name.as_str())).collect());
    if fields.iter().any(|field| field.weight.is_some()) {
        let weights = fields.iter().map(|field| field.weight.map_or(Value::Null, |weight| weight.write())).collect();
        let all = map.entry(WEIGHTS).or_insert_with(|| Map::new().into());
        if let Some(all) = all.as_object_mut() {
            all.insert(key.to_owned(), weights);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::values::schema::modules::Multi2VecClip;

    #[test]
    fn weights_are_written_beside_the_fields() {
        let clip = Multi2VecClip::new()
            .text_fields(["t"])
            .image_fields([WeightedField::new("a").weight(0.5), WeightedField::new("b").weight(1.0)]);
        let written = json!({ "imageFields": ["a", "b"], "textFields": ["t"], "weights": { "imageFields": [0.5, 1] } });
        assert_eq!(clip.write(), written);
        assert_eq!(Multi2VecClip::read(&written), Some(clip));
    }

    #[test]
    fn unfit_weights_are_written_back() {
        for value in [
            json!({ "imageFields": ["a", "b"], "weights": { "imageFields": [0.5] } }),
            json!({ "imageFields": ["a"], "weights": { "imageFields": ["much"], "newFields": [1] } }),
            json!({ "imageFields": ["a"], "weights": {} }),
            json!({ "imageFields": [], "weights": { "imageFields": [] } }),
            json!({ "imageFields": 1, "weights": { "imageFields": [1] } }),
        ] {
            assert_eq!(Multi2VecClip::read(&value).map(|read| read.write()), Some(value));
        }
    }

    #[test]
    fn missing_weight_is_written_as_null() {
        let clip = Multi2VecClip::new().image_fields([WeightedField::new("a").weight(0.5), "b".into()]);
        assert_eq!(clip.write().pointer("/weights/imageFields"), Some(&json!([0.5, null])));
    }
}

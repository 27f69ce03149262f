//! Placing of an object's vectors: the unnamed one and a named one stand for each other where only one can be meant.

use crate::engine::schema::ClassView;

use super::NewObject;
use super::fault::VectorFault;
use crate::engine::named_vector::NamedVector;

/// The name under which the unnamed vector may be sent.
const UNNAMED: &str = "default";

impl NewObject {
    /// Puts the vectors where the collection has them.
    pub(crate) fn place_vectors(&mut self, class: &ClassView) -> Result<(), VectorFault> {
        if class.vector.is_some()
            && let Some(vector) = self.vectors.remove(UNNAMED)
        {
            let NamedVector::Single(vector) = vector else {
                self.vectors.insert(UNNAMED.to_owned(), vector);
                return Err(VectorFault::Rows(UNNAMED));
            };
            self.vector = Some(vector);
        }
        if class.vector.is_none()
            && let Some(vector) = self.vector.take_if(|vector| !vector.is_empty())
        {
            let mut names = class.named_vectors.keys();
            let (Some(only), None) = (names.next(), names.next()) else {
                self.vector = Some(vector);
                return Err(VectorFault::NoUnnamed(class.name.clone()));
            };
            // It takes the place of all others that came with it, known or not.
            self.vectors = [(only.clone(), NamedVector::Single(vector))].into();
            return Ok(());
        }
        match self.vectors.keys().find(|name| !class.named_vectors.contains_key(*name)) {
            Some(name) => Err(VectorFault::Unknown { class: class.name.clone(), vector: name.clone() }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value as Json, json};

    fn placed(class: &Json, vector: Option<Vec<f32>>, named: &[(&str, Vec<f32>)]) -> Result<NewObject, VectorFault> {
        let vectors =
            named.iter().map(|(name, vector)| ((*name).to_owned(), NamedVector::Single(vector.clone()))).collect();
        let mut object = NewObject { vector, vectors, ..NewObject::default() };
        object.place_vectors(&ClassView::parse(class.clone())).map(|()| object)
    }

    #[test]
    fn one_vector_is_found_under_any_name() {
        let named = |names: &[&str]| {
            let vectors: Json = names.iter().map(|name| ((*name).to_owned(), json!({}))).collect();
            json!({"class": "Own", "vectorConfig": vectors})
        };
        let (one, two) = (named(&["v"]), named(&["v", "w"]));
        let unnamed = json!({"class": "Own", "vectorIndexType": "hnsw"});

        let object = placed(&one, Some(vec![1.0]), &[("v", vec![2.0]), ("nowhere", vec![3.0])]).unwrap();
        assert_eq!(object.vectors, [("v".to_owned(), NamedVector::Single(vec![1.0]))].into());
        assert_eq!(object.vector, None);
        let fault = placed(&two, Some(vec![1.0]), &[]).unwrap_err();
        assert_eq!(fault.to_string(), "collection Own configuration does not have single vector index");
        assert!(placed(&two, Some(Vec::new()), &[]).is_ok());

        let object = placed(&unnamed, Some(vec![1.0]), &[("default", vec![2.0])]).unwrap();
        assert_eq!((object.vector, object.vectors.len()), (Some(vec![2.0]), 0));
        for (class, name) in [(&one, "default"), (&unnamed, "v")] {
            let fault = placed(class, None, &[(name, vec![1.0])]).unwrap_err();
            assert_eq!(fault.to_string(), format!("collection Own does not have configuration for vector {name}"));
        }
        let rows = NamedVector::Multi(vec![vec![1.0]]);
        let mut object = NewObject { vectors: [("default".to_owned(), rows)].into(), ..NewObject::default() };
        let fault = object.place_vectors(&ClassView::parse(unnamed)).unwrap_err();
        assert_eq!(fault.to_string(), "vector default has to be a float32 array");
    }
}

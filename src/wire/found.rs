//! A reply to a search, as much of it as is read: the messages of the contract by the same numbers, but for one thing. The
//! properties of an object are a list of pairs here. On the wire a map is just that, and a map that is put together only to
//! be taken apart again is most of what a small search would cost on this side.

use prost::Message;
use weaviate_generated::grpc::{MetadataResult, Value};

#[derive(Clone, PartialEq, Message)]
pub(crate) struct SearchReply {
    #[prost(float, tag = "1")]
    pub(crate) took: f32,
    #[prost(message, repeated, tag = "2")]
    pub(crate) results: Vec<SearchResult>,
    #[prost(message, repeated, tag = "4")]
    pub(crate) group_by_results: Vec<GroupByResult>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct SearchResult {
    #[prost(message, optional, tag = "1")]
    pub(crate) properties: Option<PropertiesResult>,
    #[prost(message, optional, tag = "2")]
    pub(crate) metadata: Option<MetadataResult>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct PropertiesResult {
    #[prost(message, optional, tag = "11")]
    pub(crate) non_ref_props: Option<Properties>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Properties {
    #[prost(message, repeated, tag = "1")]
    pub(crate) fields: Vec<Property>,
}

/// One entry of the map.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Property {
    #[prost(string, tag = "1")]
    pub(crate) name: String,
    #[prost(message, optional, tag = "2")]
    pub(crate) value: Option<Value>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct GroupByResult {
    #[prost(string, tag = "1")]
    pub(crate) name: String,
    #[prost(float, tag = "2")]
    pub(crate) min_distance: f32,
    #[prost(float, tag = "3")]
    pub(crate) max_distance: f32,
    #[prost(int64, tag = "4")]
    pub(crate) number_of_objects: i64,
    #[prost(message, repeated, tag = "5")]
    pub(crate) objects: Vec<SearchResult>,
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use weaviate_generated::grpc;
    use weaviate_generated::grpc::value::Kind;

    use super::*;

    /// The numbers are those of the contract: whatever it writes is read here.
    #[test]
    fn what_the_contract_writes_is_read() {
        let value = |number| Value { kind: Some(Kind::IntValue(number)) };
        let fields: HashMap<String, Value> = [("a".to_owned(), value(1)), ("b".to_owned(), value(2))].into();
        let metadata = MetadataResult { id: "x".to_owned(), distance: 0.5, ..MetadataResult::default() };
        let result = grpc::SearchResult {
            properties: Some(grpc::PropertiesResult {
                non_ref_props: Some(grpc::Properties { fields: fields.clone() }),
                target_collection: "Owl".to_owned(),
                ref_props_requested: true,
                ..grpc::PropertiesResult::default()
            }),
            metadata: Some(metadata.clone()),
            generative: Some(grpc::GenerativeResult::default()),
        };
        let group = grpc::GroupByResult {
            name: "g".to_owned(),
            min_distance: 0.25,
            max_distance: 0.75,
            number_of_objects: 1,
            objects: vec![result.clone()],
            ..grpc::GroupByResult::default()
        };
        let reply = grpc::SearchReply {
            took: 1.5,
            results: vec![result],
            group_by_results: vec![group],
            query_profile: Some(grpc::QueryProfile::default()),
            ..grpc::SearchReply::default()
        };
        let SearchReply { took, results, group_by_results } =
            SearchReply::decode(reply.encode_to_vec().as_slice()).unwrap();
        let check = |result: &SearchResult| {
            let properties = result.properties.clone().unwrap().non_ref_props.unwrap().fields;
            let found: HashMap<_, _> = properties.into_iter().map(|it| (it.name, it.value.unwrap())).collect();
            assert_eq!((&found, result.metadata.as_ref()), (&fields, Some(&metadata)));
        };
        assert_eq!((took, results.len(), group_by_results.len()), (1.5, 1, 1));
        check(&results[0]);
        let GroupByResult { name, min_distance, max_distance, number_of_objects, objects } = &group_by_results[0];
        assert_eq!((name.as_str(), *min_distance, *max_distance, *number_of_objects), ("g", 0.25, 0.75, 1));
        check(&objects[0]);
    }
}

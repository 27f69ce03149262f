//! Search reply with lazily decoded parts.
//!
//! The messages have the field numbers of the contract. Properties and the text of an id stay
//! encoded: properties are read straight into the caller's type. Decoding them into messages first
//! would be most of the client's cost of a small search.

use bytes::Bytes;
use prost::Message;
use weaviate_generated::grpc::Vectors;

#[derive(Clone, PartialEq, Message)]
#[expect(unnameable_types, reason = "a sealed trait returns it")]
pub struct SearchReply {
    #[prost(float, tag = "1")]
    pub(crate) took: f32,
    #[prost(message, repeated, tag = "2")]
    pub(crate) results: Vec<SearchResult>,
    #[prost(message, repeated, tag = "4")]
    pub(crate) group_by_results: Vec<GroupByResult>,
}

impl SearchReply {
    /// The number of objects, those of groups included.
    pub(crate) fn rows(&self) -> usize {
        let grouped: usize = self.group_by_results.iter().map(|group| group.objects.len()).sum();
        self.results.len() + grouped
    }
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
    /// Encoded message `Properties`.
    #[prost(bytes = "bytes", tag = "11")]
    pub(crate) non_ref_props: Bytes,
}

#[expect(clippy::struct_excessive_bools, reason = "the contract has them")]
#[derive(Clone, PartialEq, Message)]
pub(crate) struct MetadataResult {
    /// Text of the id. Not needed if the id is in bytes, too.
    #[prost(bytes = "bytes", tag = "1")]
    pub(crate) id: Bytes,
    /// Vector of servers before 1.25.
    #[prost(float, repeated, tag = "2")]
    pub(crate) vector: Vec<f32>,
    #[prost(int64, tag = "3")]
    pub(crate) creation_time_unix: i64,
    #[prost(bool, tag = "4")]
    pub(crate) creation_time_unix_present: bool,
    #[prost(int64, tag = "5")]
    pub(crate) last_update_time_unix: i64,
    #[prost(bool, tag = "6")]
    pub(crate) last_update_time_unix_present: bool,
    #[prost(float, tag = "7")]
    pub(crate) distance: f32,
    #[prost(bool, tag = "8")]
    pub(crate) distance_present: bool,
    #[prost(float, tag = "9")]
    pub(crate) certainty: f32,
    #[prost(bool, tag = "10")]
    pub(crate) certainty_present: bool,
    #[prost(float, tag = "11")]
    pub(crate) score: f32,
    #[prost(bool, tag = "12")]
    pub(crate) score_present: bool,
    #[prost(string, tag = "13")]
    pub(crate) explain_score: String,
    #[prost(bool, tag = "14")]
    pub(crate) explain_score_present: bool,
    #[prost(bool, optional, tag = "15")]
    pub(crate) is_consistent: Option<bool>,
    #[prost(bool, tag = "18")]
    pub(crate) is_consistent_present: bool,
    #[prost(bytes = "bytes", tag = "19")]
    pub(crate) vector_bytes: Bytes,
    #[prost(bytes = "bytes", tag = "20")]
    pub(crate) id_as_bytes: Bytes,
    #[prost(message, repeated, tag = "23")]
    pub(crate) vectors: Vec<Vectors>,
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
    use weaviate_generated::grpc::Value;
    use weaviate_generated::grpc::value::Kind;

    use super::*;

    /// The field numbers equal those of the contract.
    #[test]
    fn contract_messages_are_read() {
        let fields: HashMap<String, Value> = [("a".to_owned(), Value { kind: Some(Kind::IntValue(1)) })].into();
        let properties = grpc::Properties { fields };
        #[expect(deprecated, reason = "replies of older servers have it")]
        let metadata = grpc::MetadataResult {
            id: "x".to_owned(),
            vector: vec![1.0, 2.0],
            creation_time_unix: 3,
            creation_time_unix_present: true,
            last_update_time_unix: 4,
            last_update_time_unix_present: true,
            distance: 0.5,
            distance_present: true,
            certainty: 0.75,
            certainty_present: true,
            score: 6.0,
            score_present: true,
            explain_score: "why".to_owned(),
            explain_score_present: true,
            is_consistent: Some(true),
            generative: "written".to_owned(),
            generative_present: true,
            is_consistent_present: true,
            vector_bytes: Bytes::from_static(&[7]),
            id_as_bytes: Bytes::from_static(&[8]),
            rerank_score: 9.0,
            rerank_score_present: true,
            vectors: vec![Vectors { name: "v".to_owned(), ..Vectors::default() }],
        };
        let result = grpc::SearchResult {
            properties: Some(grpc::PropertiesResult {
                non_ref_props: Some(properties.clone()),
                target_collection: "Owl".to_owned(),
                ref_props_requested: true,
                ..grpc::PropertiesResult::default()
            }),
            metadata: Some(metadata),
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
        let expected = SearchResult {
            properties: Some(PropertiesResult { non_ref_props: properties.encode_to_vec().into() }),
            metadata: Some(MetadataResult {
                id: Bytes::from_static(b"x"),
                vector: vec![1.0, 2.0],
                creation_time_unix: 3,
                creation_time_unix_present: true,
                last_update_time_unix: 4,
                last_update_time_unix_present: true,
                distance: 0.5,
                distance_present: true,
                certainty: 0.75,
                certainty_present: true,
                score: 6.0,
                score_present: true,
                explain_score: "why".to_owned(),
                explain_score_present: true,
                is_consistent: Some(true),
                is_consistent_present: true,
                vector_bytes: Bytes::from_static(&[7]),
                id_as_bytes: Bytes::from_static(&[8]),
                vectors: vec![Vectors { name: "v".to_owned(), ..Vectors::default() }],
            }),
        };
        assert_eq!((took, &results[..]), (1.5, &[expected.clone()][..]));
        let expected = GroupByResult {
            name: "g".to_owned(),
            min_distance: 0.25,
            max_distance: 0.75,
            number_of_objects: 1,
            objects: vec![expected],
        };
        assert_eq!(group_by_results, [expected]);
    }
}

//! Conversion of index and shard states.

use weaviate_generated::rest::types;

use crate::values::schema::{IndexTask, PropertyIndexStatus, PropertyIndexes, Shard, ShardStatus, Tokenization};

impl From<types::PropertyIndexStatus> for PropertyIndexes {
    fn from(status: types::PropertyIndexStatus) -> Self {
        Self {
            property: status.name.unwrap_or_default(),
            data_type: status.data_type.unwrap_or_default(),
            indexes: status.indexes.into_iter().flatten().map(Into::into).collect(),
        }
    }
}

impl From<types::IndexStatus> for PropertyIndexStatus {
    fn from(status: types::IndexStatus) -> Self {
        let tokenization = |name: Option<String>| name.filter(|name| !name.is_empty());
        Self {
            index: status.type_.as_ref().map_or("", types::IndexStatusType::as_str).into(),
            state: status.status.as_ref().map_or("", types::IndexStatusStatus::as_str).into(),
            tokenization: tokenization(status.tokenization).as_deref().map(Tokenization::from),
            algorithm: status.algorithm.map(|algorithm| algorithm.as_str().to_owned()),
            progress: status.progress,
            target_tokenization: tokenization(status.target_tokenization).as_deref().map(Tokenization::from),
            target_algorithm: status.target_algorithm.map(|algorithm| algorithm.as_str().to_owned()),
            task_id: status.task_id.filter(|id| !id.is_empty()),
        }
    }
}

impl From<types::IndexUpdateResponse> for IndexTask {
    fn from(reply: types::IndexUpdateResponse) -> Self {
        Self { status: reply.status.unwrap_or_default().as_str().into(), id: reply.task_id.filter(|id| !id.is_empty()) }
    }
}

impl From<types::ShardStatusGetResponse> for Shard {
    fn from(shard: types::ShardStatusGetResponse) -> Self {
        Self {
            name: shard.name.unwrap_or_default(),
            status: ShardStatus::from(shard.status.unwrap_or_default().as_str()),
            vector_queue_size: shard.vector_queue_size.unwrap_or_default(),
        }
    }
}

/// Builds the request that creates or changes an index.
pub(crate) fn index_upsert(tokenization: Option<&Tokenization>, algorithm: Option<&str>) -> types::IndexUpsertRequest {
    types::IndexUpsertRequest {
        algorithm: algorithm.map(str::to_owned),
        tokenization: tokenization.map(|tokenization| tokenization.as_str().to_owned()),
    }
}

//! Deletions by filter: request and reply.

use uuid::Uuid;
use weaviate_generated::grpc::{BatchDeleteObject, BatchDeleteReply, BatchDeleteRequest};
use weaviate_generated::rest::types;

use super::{consistency, filters, reply};
use crate::values::data::{DeleteReport, DeletedObject};
use crate::values::target::Target;
use crate::{Error, Filter, Result};

/// A delete request without its filter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request<'r> {
    pub(crate) target: &'r Target,
    pub(crate) dry_run: bool,
    pub(crate) verbose: bool,
}

impl Request<'_> {
    pub(crate) fn message(&self, filter: &Filter) -> Result<BatchDeleteRequest> {
        Ok(BatchDeleteRequest {
            collection: self.target.collection().to_owned(),
            filters: Some(filters::message(filter)?),
            verbose: self.verbose,
            dry_run: self.dry_run,
            consistency_level: self.target.level.map(|level| consistency::message(level).into()),
            tenant: self.target.tenant().map(str::to_owned),
        })
    }
}

/// Converts a request to the REST body. The filter is converted separately.
pub(crate) fn rest_body(request: &BatchDeleteRequest, filter: types::WhereFilter) -> types::BatchDelete {
    types::BatchDelete {
        match_: Some(types::BatchDeleteMatch { class: Some(request.collection.clone()), where_: Some(filter) }),
        dry_run: request.dry_run.then_some(true),
        output: request.verbose.then_some(types::BatchDeleteOutput::Verbose),
        ..types::BatchDelete::default()
    }
}

/// Converts a REST reply to the gRPC reply. It has no duration.
pub(crate) fn of_rest(reply: types::BatchDeleteResponse, request: &BatchDeleteRequest) -> Result<BatchDeleteReply> {
    let results = reply.results.ok_or_else(|| Error::decode("the reply has no results"))?;
    let count = |what: &str, number: Option<i64>| {
        number.ok_or_else(|| Error::decode(format!("the reply does not say how many objects {what}")))
    };
    let matches = count("match", results.matches)?;
    let successful = if request.dry_run {
        // The objects of this round, which REST counts as none.
        results.limit.map_or(matches, |limit| matches.min(limit))
    } else {
        count("are deleted", results.successful)?
    };
    let failed = count("are not deleted", results.failed)?;
    // REST names failed objects even without `verbose`.
    let named = results.objects.unwrap_or_default().into_iter().filter(|_| request.verbose);
    let objects = named.map(object_of_rest).collect::<Result<_>>()?;
    Ok(BatchDeleteReply { took: 0.0, failed, matches, successful, objects })
}

fn object_of_rest(object: types::BatchDeleteResponseResultsObjectsItem) -> Result<BatchDeleteObject> {
    let id = object.id.unwrap_or_default();
    let id: Uuid = id.parse().map_err(|_| Error::decode(format!("{id:?} is not an object id")))?;
    let texts = object.errors.and_then(|errors| errors.error).unwrap_or_default();
    let error = texts.into_iter().filter_map(|error| error.message).collect::<Vec<_>>().join("; ");
    let failed = object.status.is_some_and(|status| status.as_str() == "FAILED");
    Ok(BatchDeleteObject {
        uuid: id.as_bytes().to_vec().into(),
        successful: !failed && error.is_empty(),
        error: Some(error),
    })
}

/// Converts the reply of one round to a report.
pub(crate) fn report(reply: BatchDeleteReply) -> Result<DeleteReport> {
    let count = |what: &str, number: i64| {
        u64::try_from(number)
            .map_err(|_| Error::decode(format!("the reply has the invalid number of {number} objects {what}")))
    };
    Ok(DeleteReport {
        matches: count("that match", reply.matches)?,
        successful: count("that are deleted", reply.successful)?,
        failed: count("that are not", reply.failed)?,
        took: reply::took(reply.took),
        objects: reply.objects.into_iter().map(object).collect::<Result<_>>()?,
    })
}

fn object(object: BatchDeleteObject) -> Result<DeletedObject> {
    let BatchDeleteObject { uuid, successful, error } = object;
    let error = error.filter(|text| !text.is_empty());
    let no_reason = || super::NO_REASON.to_owned();
    Ok(DeletedObject { id: id(&uuid)?, error: if successful { error } else { Some(error.unwrap_or_else(no_reason)) } })
}

/// Some servers omit leading zero bytes of ids.
fn id(bytes: &[u8]) -> Result<Uuid> {
    let mut whole = [0; 16];
    let start = whole.len().checked_sub(bytes.len());
    let parsed = start.and_then(|start| whole.get_mut(start..));
    let parsed = parsed.ok_or_else(|| Error::decode(format!("{} bytes are not an object id", bytes.len())))?;
    parsed.copy_from_slice(bytes);
    Ok(Uuid::from_bytes(whole))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;
    use serde_json::{Value, json};
    use weaviate_generated::grpc::ConsistencyLevel as Level;

    use super::*;
    use crate::ErrorKind;
    use crate::values::types::ConsistencyLevel;

    fn owls() -> Target {
        Target::new("Owl")
    }

    fn without_options(target: &Target) -> Request<'_> {
        Request { target, dry_run: false, verbose: false }
    }

    #[test]
    fn unset_options_are_not_sent() {
        let filter = Filter::property("year").equal(1);
        let request = without_options(&owls()).message(&filter).unwrap();
        let filters = Some(filters::message(&filter).unwrap());
        assert_eq!(
            request,
            BatchDeleteRequest { collection: "Owl".to_owned(), filters, ..BatchDeleteRequest::default() }
        );

        let target = Target { tenant: Some("a".into()), level: Some(ConsistencyLevel::All), ..owls() };
        let full = Request { target: &target, dry_run: true, verbose: true };
        let full = full.message(&filter).unwrap();
        assert_eq!((full.tenant(), full.consistency_level()), ("a", Level::All));
        assert!(full.dry_run && full.verbose);

        let error = without_options(&owls()).message(&Filter::property("x").equal(f64::NAN)).unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some("filter")));
    }

    #[test]
    fn rest_and_grpc_are_equivalent() {
        let filter = Filter::property("title").equal("x");
        let asked = |request: Request<'_>| {
            let body = rest_body(&request.message(&filter).unwrap(), types::WhereFilter::default());
            serde_json::to_value(body).unwrap()
        };
        assert_eq!(asked(without_options(&owls())), json!({"match": {"class": "Owl", "where": {}}}));
        let target = owls();
        let full = Request { dry_run: true, verbose: true, ..without_options(&target) };
        assert_eq!(asked(full), json!({"match": {"class": "Owl", "where": {}}, "dryRun": true, "output": "verbose"}));

        let told = |request: Request<'_>, results: Value| {
            let reply = serde_json::from_value(json!({"results": results})).unwrap();
            of_rest(reply, &request.message(&filter).unwrap())
        };
        let object = |id: u128, error: &str| BatchDeleteObject {
            uuid: Bytes::copy_from_slice(&id.to_be_bytes()),
            successful: error.is_empty(),
            error: Some(error.to_owned()),
        };
        let results = json!({"failed": 1, "limit": 2, "matches": 3, "successful": 1, "objects": [
            {"id": Uuid::from_u128(1), "status": "SUCCESS"},
            {"id": Uuid::from_u128(2), "status": "FAILED", "errors": {"error": [{"message": "locked"}]}},
        ]});
        let counts = BatchDeleteReply { matches: 3, successful: 1, failed: 1, ..BatchDeleteReply::default() };
        assert_eq!(told(without_options(&owls()), results.clone()).unwrap(), counts);
        let objects = vec![object(1, ""), object(2, "locked")];
        assert_eq!(
            told(Request { verbose: true, ..without_options(&owls()) }, results).unwrap(),
            BatchDeleteReply { objects, ..counts }
        );
        let dry = json!({"failed": 0, "limit": 2, "matches": 3, "objects": null, "successful": 0});
        let counts = BatchDeleteReply { matches: 3, successful: 2, ..BatchDeleteReply::default() };
        assert_eq!(told(Request { dry_run: true, ..without_options(&owls()) }, dry).unwrap(), counts);

        for nonsense in [
            Value::Null,
            json!({"matches": 1}),
            json!({"failed": 0, "matches": 1, "successful": 1, "objects": [{"id": "x"}]}),
        ] {
            let error = told(Request { verbose: true, ..without_options(&owls()) }, nonsense).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Decode);
        }
    }

    #[test]
    fn a_reply_becomes_a_report() {
        let object = |bytes: &'static [u8], successful, error: Option<&str>| BatchDeleteObject {
            uuid: Bytes::from_static(bytes),
            successful,
            error: error.map(str::to_owned),
        };
        let reply = BatchDeleteReply {
            took: 0.5,
            matches: 3,
            successful: 1,
            failed: 2,
            objects: vec![
                object(&[7; 16], true, Some("")),
                object(&[1], false, Some("locked")),
                object(&[2], false, None),
            ],
        };
        let read = report(reply.clone()).unwrap();
        assert_eq!((read.matches, read.successful, read.failed), (3, 1, 2));
        assert_eq!(read.took, Duration::from_millis(500));
        let ids: Vec<_> = read.objects.iter().map(|object| object.id).collect();
        assert_eq!(ids, [Uuid::from_bytes([7; 16]), Uuid::from_u128(1), Uuid::from_u128(2)]);
        let errors: Vec<_> = read.objects.iter().map(|object| object.error.as_deref()).collect();
        assert_eq!(errors, [None, Some("locked"), Some("the server gave no reason")]);

        for nonsense in [
            BatchDeleteReply { matches: -1, ..reply.clone() },
            BatchDeleteReply { objects: vec![object(&[0; 17], true, None)], ..reply.clone() },
        ] {
            assert_eq!(report(nonsense).unwrap_err().kind(), ErrorKind::Decode);
        }
        assert_eq!(report(BatchDeleteReply { took: f32::NAN, ..reply }).unwrap().took, Duration::ZERO);
    }
}

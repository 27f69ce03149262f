//! Deletions by filter: the request, and what the reply says.

use std::time::Duration;

use uuid::Uuid;
use weaviate_generated::grpc::{BatchDeleteObject, BatchDeleteReply, BatchDeleteRequest};

use super::{consistency, filters};
use crate::data::{DeleteReport, DeletedObject};
use crate::{ConsistencyLevel, Error, Filter, Result};

/// All but the filter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request<'r> {
    pub(crate) collection: &'r str,
    pub(crate) tenant: Option<&'r str>,
    pub(crate) level: Option<ConsistencyLevel>,
    pub(crate) dry_run: bool,
    pub(crate) verbose: bool,
}

impl Request<'_> {
    pub(crate) fn message(&self, filter: &Filter) -> Result<BatchDeleteRequest> {
        Ok(BatchDeleteRequest {
            collection: self.collection.to_owned(),
            filters: Some(filters::message(filter)?),
            verbose: self.verbose,
            dry_run: self.dry_run,
            consistency_level: self.level.map(|level| consistency::message(level).into()),
            tenant: self.tenant.map(str::to_owned),
        })
    }
}

/// What one round has done.
pub(crate) fn report(reply: BatchDeleteReply) -> Result<DeleteReport> {
    let count = |what: &str, number: i64| {
        u64::try_from(number).map_err(|_| Error::decode(format!("the server claims {number} objects {what}")))
    };
    Ok(DeleteReport {
        matches: count("that match", reply.matches)?,
        successful: count("that are deleted", reply.successful)?,
        failed: count("that are not", reply.failed)?,
        // Nonsense about the time is no reason to withhold the rest.
        took: Duration::try_from_secs_f32(reply.took).unwrap_or_default(),
        objects: reply.objects.into_iter().map(object).collect::<Result<_>>()?,
    })
}

fn object(object: BatchDeleteObject) -> Result<DeletedObject> {
    let BatchDeleteObject { uuid, successful, error } = object;
    let error = error.filter(|text| !text.is_empty());
    let silent = || "the server says that it failed, and not why".to_owned();
    Ok(DeletedObject { id: id(&uuid)?, error: if successful { error } else { Some(error.unwrap_or_else(silent)) } })
}

/// Some servers cut leading zeros off ids.
fn id(bytes: &[u8]) -> Result<Uuid> {
    let mut whole = [0; 16];
    let start = whole.len().checked_sub(bytes.len());
    let place = start.and_then(|start| whole.get_mut(start..));
    let place = place.ok_or_else(|| Error::decode(format!("{} bytes are no id of an object", bytes.len())))?;
    place.copy_from_slice(bytes);
    Ok(Uuid::from_bytes(whole))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use weaviate_generated::grpc::ConsistencyLevel as Level;

    use super::*;
    use crate::ErrorKind;

    const BARE: Request<'static> =
        Request { collection: "Owl", tenant: None, level: None, dry_run: false, verbose: false };

    #[test]
    fn only_what_was_said_is_sent() {
        let filter = Filter::property("year").equal(1);
        let bare = BARE.message(&filter).unwrap();
        let filters = Some(filters::message(&filter).unwrap());
        assert_eq!(bare, BatchDeleteRequest { collection: "Owl".to_owned(), filters, ..BatchDeleteRequest::default() });

        let level = Some(ConsistencyLevel::All);
        let full = Request { tenant: Some("a"), level, dry_run: true, verbose: true, ..BARE };
        let full = full.message(&filter).unwrap();
        assert_eq!((full.tenant(), full.consistency_level()), ("a", Level::All));
        assert!(full.dry_run && full.verbose);

        let error = BARE.message(&Filter::property("x").equal(f64::NAN)).unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some("filter")));
    }

    #[test]
    fn a_reply_is_read_as_it_is_meant() {
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
        assert_eq!(errors, [None, Some("locked"), Some("the server says that it failed, and not why")]);

        for nonsense in [
            BatchDeleteReply { matches: -1, ..reply.clone() },
            BatchDeleteReply { objects: vec![object(&[0; 17], true, None)], ..reply.clone() },
        ] {
            assert_eq!(report(nonsense).unwrap_err().kind(), ErrorKind::Decode);
        }
        assert_eq!(report(BatchDeleteReply { took: f32::NAN, ..reply }).unwrap().took, Duration::ZERO);
    }
}

//! Tenants in gRPC and REST. Both become status names: the gRPC enum has no place for a status this
//! client does not know.

use weaviate_generated::grpc::tenants_get_request::Params;
use weaviate_generated::grpc::{TenantActivityStatus, TenantNames, TenantsGetReply, TenantsGetRequest};
use weaviate_generated::rest::types;

use crate::values::tenants::{NewTenant, Tenant, TenantStatus};

/// Builds a request for the named tenants, or all.
pub(crate) fn request(collection: &str, names: Option<Vec<String>>) -> TenantsGetRequest {
    let params = names.map(|values| Params::Names(TenantNames { values }));
    TenantsGetRequest { collection: collection.to_owned(), params }
}

/// Returns the names a request is limited to.
pub(crate) fn names(request: &TenantsGetRequest) -> Option<&[String]> {
    request.params.as_ref().map(|Params::Names(names)| names.values.as_slice())
}

pub(crate) fn of_message(reply: TenantsGetReply) -> Vec<Tenant> {
    let read = |tenant: weaviate_generated::grpc::Tenant| {
        let number = tenant.activity_status;
        let status = match TenantActivityStatus::try_from(number) {
            Ok(status) => TenantStatus::from(status.as_str_name().trim_start_matches("TENANT_ACTIVITY_STATUS_")),
            Err(_) => TenantStatus::Other(number.to_string()),
        };
        Tenant::new(tenant.name, status)
    };
    reply.tenants.into_iter().map(read).collect()
}

pub(crate) fn of_rest(tenant: types::Tenant) -> Tenant {
    // The server omits the default.
    let status = tenant.activity_status.map_or(TenantStatus::Active, |status| status.as_str().into());
    Tenant::new(tenant.name.unwrap_or_default(), status)
}

pub(crate) fn to_rest(tenants: &[NewTenant]) -> Vec<types::Tenant> {
    let write = |NewTenant { name, status }: &NewTenant| types::Tenant {
        activity_status: status.as_ref().map(|status| status.as_str().into()),
        name: Some(name.clone()),
    };
    tenants.iter().map(write).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use weaviate_generated::grpc;

    use super::*;

    #[test]
    fn a_request_is_for_all_or_named_tenants() {
        let all = request("Owl", None);
        assert_eq!((all.collection.as_str(), names(&all)), ("Owl", None));
        let some = request("Owl", Some(vec!["a".to_owned()]));
        assert_eq!(names(&some), Some(&["a".to_owned()][..]));
    }

    #[test]
    fn every_status_of_the_contract_has_a_name_here() {
        let mut known = 0;
        for number in (0..64).filter(|number| TenantActivityStatus::try_from(*number).is_ok()) {
            let tenant = grpc::Tenant { name: "a".to_owned(), activity_status: number };
            let read = of_message(TenantsGetReply { took: 0.0, tenants: vec![tenant] });
            let unsaid = number == i32::from(TenantActivityStatus::Unspecified);
            assert_eq!(matches!(read[0].status, TenantStatus::Other(_)), unsaid, "{number}: {read:?}");
            known += 1;
        }
        assert!(known > 10, "{known}");
    }

    #[test]
    fn both_protocols_are_equivalent() {
        for (word, number, status) in [
            ("HOT", 1, TenantStatus::Active),
            ("ACTIVE", 7, TenantStatus::Active),
            ("COLD", 2, TenantStatus::Inactive),
            ("FROZEN", 4, TenantStatus::Offloaded),
            ("FREEZING", 6, TenantStatus::Offloading),
            ("UNFREEZING", 5, TenantStatus::Onloading),
        ] {
            let rest: types::Tenant = serde_json::from_value(json!({"name": "a", "activityStatus": word})).unwrap();
            let message = grpc::Tenant { name: "a".to_owned(), activity_status: number };
            let message = TenantsGetReply { took: 0.0, tenants: vec![message] };
            assert_eq!(of_rest(rest), Tenant::new("a", status), "{word}");
            assert_eq!(
                of_message(message),
                [of_rest(serde_json::from_value(json!({"name": "a", "activityStatus": word})).unwrap())]
            );
        }
        let rest = |value| of_rest(serde_json::from_value(value).unwrap());
        assert_eq!(rest(json!({"name": "a"})), Tenant::new("a", TenantStatus::Active));
        let lukewarm = rest(json!({"name": "a", "activityStatus": "LUKEWARM"}));
        assert_eq!(lukewarm.status, TenantStatus::Other("LUKEWARM".to_owned()));
        let message = grpc::Tenant { name: "a".to_owned(), activity_status: 99 };
        let read = of_message(TenantsGetReply { took: 0.0, tenants: vec![message] });
        assert_eq!(read, [Tenant::new("a", TenantStatus::Other("99".to_owned()))]);
    }

    #[test]
    fn statuses_are_written_in_names_of_the_server() {
        let tenants = [
            NewTenant::new("a"),
            NewTenant::new("b").status(TenantStatus::Inactive),
            NewTenant::new("c").status(TenantStatus::Other("LUKEWARM".to_owned())),
        ];
        let expected = json!([
            {"name": "a"},
            {"name": "b", "activityStatus": "INACTIVE"},
            {"name": "c", "activityStatus": "LUKEWARM"},
        ]);
        assert_eq!(serde_json::to_value(to_rest(&tenants)).unwrap(), expected);
    }
}

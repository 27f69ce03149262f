//! Thirty rows picked by hand: what they should answer is known from the servers, not from the tables.

use weaviate_generated::availability::Kind::{Definition, EnumValue, Operation, Parameter, Property, Proto};
use weaviate_generated::availability::{Kind, Since, Version, feature, find};

const SERVERS: [Version; 6] = [
    Version(1, 27, 0),
    Version(1, 31, 20),
    Version(1, 36, 8),
    Version(1, 38, 10),
    Version(1, 38, 11),
    Version(1, 39, 0),
];

const YES: bool = true;
const NO: bool = false;

/// Whether each of the servers has it.
type Row = (Kind, &'static str, [bool; 6]);

#[rustfmt::skip]
const CONTRACT: &[Row] = &[
    // Plain beginnings.
    (Proto,      "SearchRequest.boost",                           [NO,  NO,  NO,  YES, YES, YES]),
    (Proto,      "NearVector.selection",                          [NO,  NO,  NO,  YES, YES, YES]),
    (Proto,      "Weaviate.rpc BatchReferences",                  [NO,  NO,  YES, YES, YES, YES]),
    (Proto,      "Filters.Operator.OPERATOR_NOT",                 [NO,  NO,  YES, YES, YES, YES]),
    (Proto,      "Vectors.type",                                  [NO,  YES, YES, YES, YES, YES]),
    (Operation,  "POST /aliases",                                 [NO,  NO,  YES, YES, YES, YES]),
    (Operation,  "POST /tokenize",                                [NO,  NO,  NO,  YES, YES, YES]),
    (Operation,  "GET /cluster/statistics",                       [YES, YES, YES, YES, YES, YES]),
    (Property,   "Class.objectTtlConfig",                         [NO,  NO,  YES, YES, YES, YES]),
    (EnumValue,  "Property.tokenization=gse_ch",                  [NO,  YES, YES, YES, YES, YES]),
    // Backports.
    (Proto,      "Weaviate.rpc Aggregate",                        [NO,  YES, YES, YES, YES, YES]),
    (Proto,      "MetadataRequest.query_profile",                 [NO,  NO,  NO,  YES, YES, YES]),
    (Proto,      "SearchOperatorOptions.Operator.OPERATOR_AND_CROSS", [NO, NO, NO, YES, YES, YES]),
    (Proto,      "GenerativeProvider.deepseek",                   [NO,  NO,  NO,  YES, YES, YES]),
    (Proto,      "GenerativeOpenAI.reasoning_effort",             [NO,  YES, YES, YES, YES, YES]),
    (Operation,  "GET /replication/scale",                        [NO,  YES, YES, YES, YES, YES]),
    (Operation,  "GET /authz/groups/{groupType}",                 [NO,  NO,  YES, YES, YES, YES]),
    (Property,   "Meta.grpcMaxMessageSize",                       [NO,  YES, YES, YES, YES, YES]),
    (Property,   "BackupCreateRequest.includeUsers",              [NO,  NO,  NO,  YES, YES, YES]),
    (Parameter,  "GET /backups/{backend} ? query:order",          [NO,  NO,  YES, YES, YES, YES]),
    // Removals.
    (Operation,  "POST /search/{collection}/bm25",                [NO,  NO,  NO,  YES, YES, NO]),
    (Operation,  "PUT /schema/{className}/indexes/{propertyName}", [NO, NO,  NO,  YES, YES, NO]),
    (Definition, "PatchDocumentObject",                           [YES, YES, YES, NO,  NO,  NO]),
    (Property,   "ReplicationConfig.asyncEnabled",                [YES, YES, YES, NO,  NO,  NO]),
    (EnumValue,  "IndexStatus.type=rangeable",                    [NO,  NO,  NO,  YES, YES, NO]),
    (Proto,      "GenerativeProvider.octoai",                     [YES, NO,  NO,  NO,  NO,  NO]),
    (Proto,      "PropertiesResult.non_ref_properties",           [YES, YES, NO,  NO,  NO,  NO]),
];

/// What the contract does not show.
#[rustfmt::skip]
const BEHAVIOURS: &[(&str, [bool; 6])] = &[
    ("GrpcWeb",           [NO,  NO,  NO,  YES, YES, YES]),
    ("BatchStream",       [NO,  NO,  YES, YES, YES, YES]),
    ("FilterCoercion",    [NO,  NO,  NO,  YES, YES, YES]),
    ("Muvera",            [NO,  YES, YES, YES, YES, YES]),
    ("AsyncReplication",  [YES, YES, YES, YES, YES, YES]),
    ("HfreshIndex",       [NO,  NO,  YES, YES, YES, YES]),
];

fn compare(name: &str, since: &Since<'_>, expected: [bool; 6]) {
    let answers = SERVERS.map(|server| since.holds(server));
    assert_eq!(answers, expected, "{name} on {SERVERS:?}");
}

#[test]
fn the_tables_answer_as_the_servers_do() {
    for (kind, symbol, expected) in CONTRACT {
        let row = find(*kind, symbol).unwrap_or_else(|| panic!("{symbol} has no row"));
        compare(symbol, &row.since, *expected);
    }
    for (name, expected) in BEHAVIOURS {
        let row = feature(name).unwrap_or_else(|| panic!("{name} is no feature"));
        compare(name, &row.since, *expected);
    }
    assert!(CONTRACT.len() + BEHAVIOURS.len() >= 30);
}

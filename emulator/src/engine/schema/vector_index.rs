//! Vector index settings: the server's defaults, and what it refuses.

use serde_json::{Value as Json, json};

use super::fault::{HfreshFault, VectorIndexFault};

/// Completes the settings of an index of this type. Unknown fields are left out, as the server does. `multi_vector` says
/// that the vectorizer makes several vectors per object.
pub(crate) fn complete(index_type: &str, given: &Json, multi_vector: bool) -> Result<Json, VectorIndexFault> {
    if multi_vector && index_type != "hnsw" {
        return Err(VectorIndexFault::Multi(index_type.to_owned()));
    }
    let mut config = defaults(index_type).ok_or_else(|| VectorIndexFault::Unknown(index_type.to_owned()))?;
    if !given.is_null() && !given.is_object() {
        return Err(VectorIndexFault::NotAnObject);
    }
    match index_type {
        "hnsw" => hnsw(&mut config, given, multi_vector)?,
        "flat" => flat(&mut config, given)?,
        "dynamic" => dynamic(&mut config, given)?,
        _ => hfresh(&mut config, given)?,
    }
    Ok(config)
}

/// Returns whether the emulated server knows this type.
pub(crate) fn is_known(index_type: &str) -> bool {
    matches!(index_type, "hnsw" | "flat" | "dynamic" | "hfresh")
}

fn defaults(index_type: &str) -> Option<Json> {
    Some(match index_type {
        "hnsw" => json!({
            "skip": false, "cleanupIntervalSeconds": 300, "maxConnections": 32, "efConstruction": 128, "ef": -1,
            "dynamicEfMin": 100, "dynamicEfMax": 500, "dynamicEfFactor": 8,
            "vectorCacheMaxObjects": 1_000_000_000_000_u64, "flatSearchCutoff": 40_000, "distance": "cosine",
            "pq": {
                "enabled": false, "bitCompression": false, "segments": 0, "centroids": 256, "trainingLimit": 100_000,
                "encoder": {"type": "kmeans", "distribution": "log-normal"},
            },
            "bq": {"enabled": false},
            "sq": {"enabled": false, "trainingLimit": 100_000, "rescoreLimit": 20},
            "rq": {"enabled": false, "bits": 8, "rescoreLimit": 20},
            "filterStrategy": "acorn",
            "multivector": {
                "enabled": false, "aggregation": "maxSim",
                "muvera": {"enabled": false, "ksim": 4, "dprojections": 16, "repetitions": 10},
            },
            "skipDefaultQuantization": false, "trackDefaultQuantization": false,
        }),
        "flat" => json!({
            "distance": "cosine", "vectorCacheMaxObjects": 1_000_000_000_000_u64,
            "pq": {"enabled": false, "rescoreLimit": -1, "cache": false},
            "bq": {"enabled": false, "rescoreLimit": -1, "cache": false},
            "sq": {"enabled": false, "rescoreLimit": -1, "cache": false},
            "rq": {"enabled": false, "rescoreLimit": -1, "cache": false, "bits": 8},
            "skipDefaultQuantization": false, "trackDefaultQuantization": false,
        }),
        "hfresh" => json!({
            "maxPostingSizeKB": 48, "replicas": 4, "searchProbe": 256, "distance": "cosine",
            "rq": {"enabled": true, "bits": 1, "rescoreLimit": 350},
        }),
        "dynamic" => {
            json!({"distance": "cosine", "threshold": 10_000, "hnsw": defaults("hnsw")?, "flat": defaults("flat")?})
        }
        _ => return None,
    })
}

/// Takes the fields of `given` that `config` has too. A number that is none counts as zero, other faults are passed over.
fn overlay(config: &mut Json, given: &Json) -> Result<(), VectorIndexFault> {
    let (Some(config), Some(given)) = (config.as_object_mut(), given.as_object()) else { return Ok(()) };
    for (name, value) in config {
        match (&*value, given.get(name)) {
            (Json::Object(_), Some(inner @ Json::Object(_))) => overlay(value, inner)?,
            (Json::Bool(_), Some(plain @ Json::Bool(_))) | (Json::String(_), Some(plain @ Json::String(_))) => {
                *value = plain.clone();
            }
            (Json::Number(_), Some(plain)) => *value = whole(name, plain)?,
            _ => {}
        }
    }
    Ok(())
}

fn whole(name: &str, given: &Json) -> Result<Json, VectorIndexFault> {
    match given {
        Json::Number(number) if number.is_i64() => Ok(given.clone()),
        // As the server does with what is beyond its range.
        Json::Number(number) if number.as_f64().is_some_and(|value| value.abs() > 9.3e18 || number.is_u64()) => {
            Ok(json!(i64::MAX))
        }
        Json::Number(number) => Err(VectorIndexFault::Number { name: name.to_owned(), number: number.to_string() }),
        _ => Ok(json!(0)),
    }
}

fn enabled(config: &Json, quantizer: &str) -> bool {
    config[quantizer]["enabled"].as_bool().unwrap_or(false)
}

fn one_of(value: &Json, allowed: [&str; 2], what: &'static str) -> Result<(), VectorIndexFault> {
    match value.as_str() {
        Some(text) if !allowed.contains(&text) => Err(VectorIndexFault::Encoder { what, given: text.to_owned() }),
        _ => Ok(()),
    }
}

fn hnsw(config: &mut Json, given: &Json, multi_vector: bool) -> Result<(), VectorIndexFault> {
    overlay(config, given)?;
    let encoder = &config["pq"]["encoder"];
    one_of(&encoder["type"], ["kmeans", "tile"], "type")?;
    one_of(&encoder["distribution"], ["log-normal", "normal"], "distribution")?;
    // A binary rotation loses more, so it looks at more candidates again.
    if given["rq"].is_object() && config["rq"]["bits"] == 1 && given["rq"]["rescoreLimit"].is_null() {
        config["rq"]["rescoreLimit"] = json!(512);
    }
    if multi_vector && given["multivector"]["enabled"].is_boolean() {
        config["multivector"]["enabled"] = json!(true);
    }
    // The server reads it only where an encoding stands beside it.
    if !given["multivector"]["muvera"].is_object() {
        config["multivector"]["aggregation"] = json!("maxSim");
    }
    check_hnsw(config)
}

fn check_hnsw(config: &Json) -> Result<(), VectorIndexFault> {
    let number = |name: &str| config[name].as_i64().unwrap_or(0);
    let mut faults = Vec::new();
    if number("maxConnections") < 4 {
        faults.push("maxConnections must be a positive integer with a minimum of 4");
    }
    if number("maxConnections") > 2047 {
        faults.push("maxConnections must be less than 2048");
    }
    if number("efConstruction") < 4 {
        faults.push("efConstruction must be a positive integer with a minimum of 4");
    }
    if !matches!(config["filterStrategy"].as_str(), Some("sweeping" | "acorn")) {
        faults.push("filterStrategy must be either 'sweeping' or 'acorn'");
    }
    if !faults.is_empty() {
        return Err(VectorIndexFault::Hnsw(faults));
    }
    if ["pq", "bq", "sq", "rq"].into_iter().filter(|quantizer| enabled(config, quantizer)).count() > 1 {
        return Err(VectorIndexFault::Hnsw(vec!["more than a single compression methods enabled"]));
    }
    if enabled(config, "pq") && config["pq"]["segments"].as_i64().is_some_and(|segments| segments < 0) {
        return Err(VectorIndexFault::Segments);
    }
    if enabled(config, "rq") && !matches!(config["rq"]["bits"].as_u64(), Some(1 | 4 | 8)) {
        return Err(VectorIndexFault::HnswBits);
    }
    let muvera = &config["multivector"]["muvera"];
    if muvera["enabled"] == true && muvera["ksim"].as_i64().is_some_and(|ksim| ksim > 10) {
        return Err(VectorIndexFault::Hnsw(vec!["ksim must be less than 10"]));
    }
    Ok(())
}

fn flat(config: &mut Json, given: &Json) -> Result<(), VectorIndexFault> {
    const QUANTIZERS: [&str; 4] = ["pq", "bq", "sq", "rq"];
    overlay(config, given)?;
    if QUANTIZERS.into_iter().any(|quantizer| config[quantizer]["cache"] == true && !enabled(config, quantizer)) {
        return Err(VectorIndexFault::Cache);
    }
    if enabled(config, "rq") && !matches!(config["rq"]["bits"].as_u64(), Some(1 | 8)) {
        return Err(VectorIndexFault::FlatBits);
    }
    if QUANTIZERS.into_iter().filter(|quantizer| enabled(config, quantizer)).count() > 1 {
        return Err(VectorIndexFault::Quantizers);
    }
    match [("pq", "PQ"), ("sq", "SQ")].into_iter().find(|(quantizer, _)| enabled(config, quantizer)) {
        Some((_, name)) => Err(VectorIndexFault::FlatQuantizer(name)),
        None => Ok(()),
    }
}

fn dynamic(config: &mut Json, given: &Json) -> Result<(), VectorIndexFault> {
    let (mut inner_hnsw, mut inner_flat) = (config["hnsw"].take(), config["flat"].take());
    overlay(config, given)?;
    hnsw(&mut inner_hnsw, &given["hnsw"], false)?;
    if inner_hnsw["multivector"]["enabled"] == true {
        return Err(VectorIndexFault::DynamicMulti);
    }
    flat(&mut inner_flat, &given["flat"])?;
    config["hnsw"] = inner_hnsw;
    config["flat"] = inner_flat;
    Ok(())
}

fn hfresh(config: &mut Json, given: &Json) -> Result<(), VectorIndexFault> {
    if let Some(quantizer) = ["pq", "sq", "bq"].into_iter().find(|quantizer| given.get(*quantizer).is_some()) {
        return Err(VectorIndexFault::HfreshQuantizer(quantizer));
    }
    let mut rotation = config["rq"].take();
    overlay(config, given)?;
    let asked = &given["rq"];
    if asked["enabled"] == false {
        return Err(VectorIndexFault::HfreshUncompressed);
    }
    if let Some(bits) = asked["bits"].as_i64().filter(|bits| *bits > 1) {
        return Err(VectorIndexFault::HfreshBits(bits));
    }
    if let Some(limit) = asked["rescoreLimit"].as_i64().filter(|limit| *limit >= 0) {
        rotation["rescoreLimit"] = json!(limit);
    }
    config["rq"] = rotation;
    check_hfresh(config)
}

fn check_hfresh(config: &Json) -> Result<(), VectorIndexFault> {
    let mut faults = Vec::new();
    if let Some(other) = config["distance"].as_str().filter(|name| !matches!(*name, "cosine" | "l2-squared")) {
        faults.push(HfreshFault::Distance(other.to_owned()));
    }
    let (posting, replicas) = (&config["maxPostingSizeKB"], &config["replicas"]);
    let number =
        |name: &'static str, bound: &'static str| HfreshFault::Number { name, value: config[name].to_string(), bound };
    if posting.as_i64().is_some_and(|size| size < 8) {
        faults.push(number("maxPostingSizeKB", "at least 8"));
    }
    if replicas.as_i64().is_some_and(|replicas| replicas > 10) {
        faults.push(number("replicas", "less than 10"));
    }
    if posting.as_i64().is_some_and(|size| size > 1024) {
        faults.push(number("maxPostingSizeKB", "less than 1024"));
    }
    if faults.is_empty() { Ok(()) } else { Err(VectorIndexFault::Hfresh(faults)) }
}

/// The fields of an index that an update may not change: how they are named, and where they stand.
fn immutable(index_type: &str) -> &'static [(&'static str, &'static str)] {
    match index_type {
        "hnsw" => &[
            ("efConstruction", "/efConstruction"),
            ("maxConnections", "/maxConnections"),
            ("cleanupIntervalSeconds", "/cleanupIntervalSeconds"),
            ("distance", "/distance"),
            ("multivector enabled", "/multivector/enabled"),
            ("muvera enabled", "/multivector/muvera/enabled"),
        ],
        "flat" => &[
            ("distance", "/distance"),
            ("pq.cache", "/pq/cache"),
            ("pq", "/pq/enabled"),
            ("bq", "/bq/enabled"),
            ("rq", "/rq/enabled"),
            ("rq.bits", "/rq/bits"),
        ],
        "hfresh" => &[("distance", "/distance"), ("replicas", "/replicas")],
        _ => &[("distance", "/distance")],
    }
}

/// Refuses an update that changes what cannot be changed.
pub(crate) fn check_update(index_type: &str, old: &Json, new: &Json) -> Result<(), VectorIndexFault> {
    let changed = |what: &'static str, before: &Json, after: &Json| {
        let plain = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        VectorIndexFault::Immutable { what, before: plain(before), after: plain(after) }
    };
    for (name, place) in immutable(index_type) {
        let (before, after) = (old.pointer(place).unwrap_or(&Json::Null), new.pointer(place).unwrap_or(&Json::Null));
        if before != after {
            return Err(changed(name, before, after));
        }
    }
    match index_type {
        "hnsw" if enabled(old, "rq") && enabled(new, "rq") && old["rq"]["bits"] != new["rq"]["bits"] => {
            Err(changed("rq bits", &old["rq"]["bits"], &new["rq"]["bits"]))
        }
        "dynamic" => {
            check_update("flat", &old["flat"], &new["flat"])?;
            check_update("hnsw", &old["hnsw"], &new["hnsw"])
        }
        _ => Ok(()),
    }
}

/// Keeps what an update may name but not change.
pub(crate) fn keep_default_quantization(old: &Json, new: &mut Json) {
    for place in ["", "/hnsw", "/flat"] {
        let (Some(before), Some(after)) = (old.pointer(place), new.pointer_mut(place)) else { continue };
        for name in ["skipDefaultQuantization", "trackDefaultQuantization"] {
            if let Some(value) = before.get(name) {
                after[name] = value.clone();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_in_and_drops_unknown_fields() {
        let config = complete("hnsw", &json!({"ef": 64, "colour": "red", "sq": {"enabled": true}}), false).unwrap();
        assert_eq!(config["ef"], 64);
        assert_eq!(config["sq"], json!({"enabled": true, "trainingLimit": 100_000, "rescoreLimit": 20}));
        assert_eq!(config.get("colour"), None);
    }

    #[test]
    fn one_bit_rotation_rescores_more() {
        let limit = |rq: Json| complete("hnsw", &json!({"rq": rq}), false).unwrap()["rq"]["rescoreLimit"].clone();
        assert_eq!(limit(json!({"enabled": true, "bits": 1})), 512);
        assert_eq!(limit(json!({"enabled": true, "bits": 1, "rescoreLimit": 7})), 7);
        assert_eq!(limit(json!({"enabled": true})), 20);
    }

    #[test]
    fn refuses_impossible_settings() {
        let fault = |index_type: &str, given: Json| complete(index_type, &given, false).unwrap_err().to_string();
        assert!(fault("kdtree", Json::Null).contains("kdtree"));
        assert!(fault("flat", json!({"pq": {"enabled": true}})).starts_with("PQ"));
        assert!(fault("flat", json!({"bq": {"cache": true}})).contains("cache without compression"));
        assert!(fault("flat", json!({"rq": {"enabled": true, "bits": 4}})).contains("1 or 8"));
        assert!(
            fault("hnsw", json!({"pq": {"enabled": true}, "bq": {"enabled": true}})).contains("single compression")
        );
        assert!(fault("hnsw", json!({"rq": {"enabled": true, "bits": 5}})).contains("8, 4 or 1"));
        assert!(fault("hnsw", json!({"maxConnections": "many"})).contains("minimum of 4"));
        assert!(fault("hnsw", json!({"ef": 1.5})).contains("parsing \"1.5\""));
        assert!(fault("hnsw", json!({"pq": {"encoder": {"type": "x"}}})).contains("encoder type x"));
        assert!(fault("hfresh", json!({"distance": "dot"})).contains("'dot'"));
        assert!(fault("hfresh", json!({"bq": {}})).contains("rq-1"));
        assert!(fault("dynamic", json!({"hnsw": {"multivector": {"enabled": true}}})).contains("dynamic index"));
        assert!(complete("flat", &Json::Null, true).unwrap_err().to_string().contains("only supported type is hnsw"));
    }

    #[test]
    fn updates_leave_some_fields_alone() {
        let index = |index_type: &str, given: Json| complete(index_type, &given, false).unwrap();
        let fault = |index_type: &str, old: Json, new: Json| {
            check_update(index_type, &index(index_type, old), &index(index_type, new)).unwrap_err().to_string()
        };
        assert!(fault("hnsw", json!({}), json!({"distance": "dot"})).contains("from \"cosine\" to \"dot\""));
        assert!(fault("flat", json!({}), json!({"bq": {"enabled": true}})).contains("bq is immutable"));
        assert!(fault("hfresh", json!({}), json!({"replicas": 5})).contains("from \"4\" to \"5\""));
        assert!(fault("dynamic", json!({}), json!({"hnsw": {"maxConnections": 64}})).contains("maxConnections"));
        let rotation = |bits: u32| json!({"rq": {"enabled": true, "bits": bits}});
        assert!(fault("hnsw", rotation(8), rotation(1)).starts_with("rq bits is immutable"));
        assert!(check_update("hnsw", &index("hnsw", json!({})), &index("hnsw", rotation(1))).is_ok());
    }
}

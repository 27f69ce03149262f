//! Vector index settings: the server's defaults, and what it refuses.

use serde_json::{Value as Json, json};

/// Completes the settings of an index of this type. Unknown fields are left out, as the server does.
pub(crate) fn complete(index_type: &str, given: &Json) -> Result<Json, String> {
    let mut config =
        defaults(index_type).ok_or_else(|| format!("unrecognized or unsupported vectorIndexType \"{index_type}\""))?;
    overlay(&mut config, given);
    match index_type {
        "hnsw" => check_hnsw(&mut config, given)?,
        "flat" => check_flat(&config)?,
        "dynamic" => check_dynamic(&mut config, given)?,
        _ => check_bits(&config["rq"])?,
    }
    Ok(config)
}

/// Whether the emulated server knows this type.
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

/// Takes the fields of `given` that `config` has too.
fn overlay(config: &mut Json, given: &Json) {
    let (Some(config), Some(given)) = (config.as_object_mut(), given.as_object()) else { return };
    for (name, value) in config {
        match given.get(name) {
            Some(inner @ Json::Object(_)) if value.is_object() => overlay(value, inner),
            Some(plain) if !plain.is_null() && !value.is_object() => *value = plain.clone(),
            _ => {}
        }
    }
}

fn enabled(config: &Json, quantizer: &str) -> bool {
    config[quantizer]["enabled"].as_bool().unwrap_or(false)
}

fn check_hnsw(config: &mut Json, given: &Json) -> Result<(), String> {
    // A binary rotation loses more, so it looks at more candidates again.
    if config["rq"]["bits"] == 1 && given["rq"]["rescoreLimit"].is_null() {
        config["rq"]["rescoreLimit"] = json!(512);
    }
    let too_small: Vec<_> = ["maxConnections", "efConstruction"]
        .into_iter()
        .filter(|name| config[*name].as_f64().is_none_or(|value| value < 4.0))
        .map(|name| format!("{name} must be a positive integer with a minimum of 4"))
        .collect();
    if !too_small.is_empty() {
        return Err(format!("invalid hnsw config: {}", too_small.join(", ")));
    }
    if ["pq", "bq", "sq", "rq"].into_iter().filter(|quantizer| enabled(config, quantizer)).count() > 1 {
        return Err("invalid hnsw config: more than a single compression methods enabled".to_owned());
    }
    check_bits(&config["rq"])
}

fn check_flat(config: &Json) -> Result<(), String> {
    for (quantizer, name) in [("pq", "PQ"), ("sq", "SQ")] {
        if enabled(config, quantizer) {
            return Err(format!("{name} is not currently supported for flat indices"));
        }
    }
    if enabled(config, "bq") && enabled(config, "rq") {
        return Err("cannot enable multiple quantization methods at the same time".to_owned());
    }
    check_bits(&config["rq"])
}

fn check_dynamic(config: &mut Json, given: &Json) -> Result<(), String> {
    if config["hnsw"]["multivector"]["enabled"] == true {
        return Err("multi vector index is not supported for dynamic index".to_owned());
    }
    let mut hnsw = config["hnsw"].take();
    let checked = check_hnsw(&mut hnsw, &given["hnsw"]);
    config["hnsw"] = hnsw;
    checked?;
    check_flat(&config["flat"])
}

fn check_bits(rq: &Json) -> Result<(), String> {
    if rq["enabled"] == true && !matches!(rq["bits"].as_u64(), Some(1 | 4 | 8)) {
        return Err("RQ bits must be 8, 4 or 1".to_owned());
    }
    Ok(())
}

/// What an update may not change, as `(field, old, new)`; `None` if nothing of it was changed.
pub(crate) fn immutable_change(old: &Json, new: &Json) -> Option<(String, String, String)> {
    let plain = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    ["efConstruction", "maxConnections", "cleanupIntervalSeconds", "distance"]
        .into_iter()
        .filter(|name| old.get(*name).is_some() && old[*name] != new[*name])
        .map(|name| (name.to_owned(), plain(&old[name]), plain(&new[name])))
        .next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_in_and_drops_unknown_fields() {
        let config = complete("hnsw", &json!({"ef": 64, "colour": "red", "sq": {"enabled": true}})).unwrap();
        assert_eq!(config["ef"], 64);
        assert_eq!(config["sq"], json!({"enabled": true, "trainingLimit": 100_000, "rescoreLimit": 20}));
        assert_eq!(config.get("colour"), None);
    }

    #[test]
    fn one_bit_rotation_rescores_more() {
        assert_eq!(complete("hnsw", &json!({"rq": {"enabled": true, "bits": 1}})).unwrap()["rq"]["rescoreLimit"], 512);
        assert_eq!(
            complete("hnsw", &json!({"rq": {"enabled": true, "bits": 1, "rescoreLimit": 7}})).unwrap()["rq"]["rescoreLimit"],
            7
        );
    }

    #[test]
    fn refuses_impossible_settings() {
        assert!(complete("kdtree", &Json::Null).is_err());
        assert!(complete("flat", &json!({"pq": {"enabled": true}})).unwrap_err().starts_with("PQ"));
        assert!(complete("hnsw", &json!({"pq": {"enabled": true}, "bq": {"enabled": true}})).is_err());
        assert!(complete("hnsw", &json!({"rq": {"enabled": true, "bits": 5}})).is_err());
        assert!(complete("hnsw", &json!({"maxConnections": "many"})).is_err());
    }
}

//! Lists of objects: pages by offset or cursor, sorted or in the order of ids.

use http::StatusCode;
use serde_json::{Value as Json, json};

use crate::emulated::Emulated;
use crate::engine::schema::ClassView;
use crate::engine::search::Hit;
use crate::engine::search::sort::{SortBy, SortKey, sort};
use crate::engine::store::{Collection, Object, parse_uuid};

use super::call::Call;
use super::fault::SortKeyFault;
use super::objects::{Include, stored_json};
use super::reply::Reply;

/// The page a request asks for.
struct Page {
    offset: usize,
    limit: usize,
    /// `None` for a page by offset.
    after: Option<String>,
    sort: Vec<(String, bool)>,
    include: Include,
}

pub(super) fn list(emulated: &Emulated, call: &Call) -> Result<Reply, Reply> {
    let (limit, offset) = (call.int("limit")?, call.int("offset")?);
    let include = Include::parse(call)?;
    let class = call.parameter("class").filter(|class| !class.is_empty());
    let after = call.parameter("after").map(str::to_owned);
    let default_limit = i64::from(emulated.config.query_defaults_limit);
    let (size, start) = (limit.unwrap_or(default_limit), offset.unwrap_or(0));
    check_size(start, size, i64::from(emulated.config.query_maximum_results))?;
    let page = Page {
        offset: usize::try_from(start).unwrap_or(0),
        // A negative limit finds nothing, and says so without a body.
        limit: usize::try_from(size).unwrap_or(0),
        after,
        sort: sort_words(call),
        include,
    };
    let tenant = call.parameter("tenant").unwrap_or_default();
    if let Some(class) = class {
        emulated.wake(class, tenant);
    }
    let state = emulated.read();
    let Some(class) = class else {
        if page.after.is_some() {
            let text = "list objects: after parameter not allowed, cursor must be specific to one class, set class query param";
            return Err(Reply::error(StatusCode::INTERNAL_SERVER_ERROR, text));
        }
        return all_collections(state.collections.values(), &page);
    };
    let collection = state.collection(class).ok_or_else(|| Reply::empty(StatusCode::NOT_FOUND))?;
    if page.after.is_some() {
        check_cursor(&page, limit.is_some(), offset.is_some_and(|offset| offset > 0))?;
    }
    let keys = sort_keys(&page.sort, &collection.schema)
        .map_err(|fault| Reply::unprocessable(format!("msg:sorting code:400 err:{fault}")))?;
    let shard = collection.shard(tenant).map_err(|text| {
        Reply::unprocessable(format!("msg:search index {} code:422 err:{text}", collection.schema.name.to_lowercase()))
    })?;
    if size < 0 {
        return Ok(Reply::empty(StatusCode::OK));
    }
    let after = page.after.as_deref().and_then(|after| parse_uuid(after).ok());
    let found = paged(shard.objects_after(after), &keys, &page);
    let found: Vec<Json> =
        found.into_iter().map(|object| stored_json(&collection.schema.name, "", object, page.include)).collect();
    Ok(reply(&found, &json!([])))
}

fn check_size(offset: i64, limit: i64, maximum: i64) -> Result<(), Reply> {
    if offset.saturating_add(limit) <= maximum {
        return Ok(());
    }
    Err(Reply::unprocessable(format!(
        "msg:offset or limit code:400 err:query maximum results exceeded: the total limit calculated from the provided offset '{offset}' and limit '{limit}' exceeds the configured value for QUERY_MAXIMUM_RESULTS '{maximum}'. If you've supplied a negative offset or limit, this may be an underflow error"
    )))
}

fn check_cursor(page: &Page, has_limit: bool, has_offset: bool) -> Result<(), Reply> {
    let after = page.after.as_deref().unwrap_or_default();
    let fault = if !has_limit {
        "limit parameter must be set".to_owned()
    } else if has_offset {
        "offset cannot be set with after and limit parameters".to_owned()
    } else if !page.sort.is_empty() {
        "sort cannot be set with after and limit parameters".to_owned()
    } else {
        match parse_uuid(after) {
            Err(text) if !after.is_empty() => format!("after parameter '{after}' is not a valid uuid: {text}"),
            _ => return Ok(()),
        }
    };
    Err(Reply::unprocessable(format!("msg:cursor api: invalid 'after' parameter code:400 err:{fault}")))
}

/// Objects of all collections without tenants; which comes first is not defined.
fn all_collections<'a>(collections: impl Iterator<Item = &'a Collection>, page: &Page) -> Result<Reply, Reply> {
    let mut found = Vec::new();
    for collection in collections {
        let name = &collection.schema.name;
        let keys = sort_keys(&page.sort, &collection.schema).map_err(|fault| {
            let text = format!("list objects: search: search index {}: {fault}", name.to_lowercase());
            Reply::error(StatusCode::INTERNAL_SERVER_ERROR, text)
        })?;
        let Some(shard) = collection.shards.get("") else { continue };
        let whole = Page {
            offset: 0,
            limit: page.offset.saturating_add(page.limit),
            after: None,
            sort: Vec::new(),
            include: page.include,
        };
        let objects = paged(shard.objects_after(None), &keys, &whole);
        found.extend(objects.into_iter().map(|object| stored_json(name, "", object, page.include)));
    }
    let found: Vec<Json> = found.into_iter().skip(page.offset).take(page.limit).collect();
    Ok(reply(&found, &Json::Null))
}

/// The page of objects that come in the order of their ids. Unsorted, no more are looked at than it needs.
fn paged<'a>(objects: impl Iterator<Item = &'a Object>, keys: &[SortKey], page: &Page) -> Vec<&'a Object> {
    if keys.is_empty() {
        return objects.skip(page.offset).take(page.limit).collect();
    }
    let mut hits: Vec<Hit<'a>> = objects.map(Hit::new).collect();
    sort(&mut hits, keys);
    hits.into_iter().skip(page.offset).take(page.limit).map(|hit| hit.object).collect()
}

fn reply(objects: &[Json], deprecations: &Json) -> Reply {
    let total = objects.len();
    let mut body = json!({"deprecations": deprecations, "objects": objects});
    if total > 0 {
        body["totalResults"] = json!(total);
    }
    Reply::ok(body)
}

/// `(property, ascending)`; anything but `desc` is ascending.
fn sort_words(call: &Call) -> Vec<(String, bool)> {
    let words = |name: &str| -> Vec<&str> {
        let text = call.parameter(name).unwrap_or_default();
        if text.is_empty() { Vec::new() } else { text.split(',').collect() }
    };
    let orders = words("order");
    words("sort")
        .into_iter()
        .enumerate()
        .map(|(index, name)| (name.to_owned(), orders.get(index) != Some(&"desc")))
        .collect()
}

fn sort_keys(words: &[(String, bool)], class: &ClassView) -> Result<Vec<SortKey>, SortKeyFault> {
    let key = |(position, (name, ascending)): (usize, &(String, bool))| {
        let by = SortBy::parse(name, class).map_err(|fault| SortKeyFault { position, fault })?;
        Ok(SortKey { by, ascending: *ascending })
    };
    words.iter().enumerate().map(key).collect()
}

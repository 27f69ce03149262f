//! Steps that give a property the index that was requested, as the server decides them.

use serde_json::{Value as Json, json};

use super::plan_fault::{PlanConflict, PlanFault};
use super::{DataType, property};

/// The three kinds of inverted index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Index {
    Filterable,
    Searchable,
    RangeFilters,
}

impl Index {
    /// Reads the name in a path.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "filterable" => Self::Filterable,
            "searchable" => Self::Searchable,
            "rangeFilters" | "rangeable" => Self::RangeFilters,
            _ => return None,
        })
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Filterable => "filterable",
            Self::Searchable => "searchable",
            Self::RangeFilters => "rangeFilters",
        }
    }
}

/// The work on an index, in the server's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Migration {
    ChangeTokenization,
    ChangeTokenizationFilterable,
    EnableFilterable,
    EnableRangeable,
    EnableSearchable,
    RebuildSearchable,
    RepairFilterable,
    RepairRangeable,
}

impl Migration {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ChangeTokenization => "change-tokenization",
            Self::ChangeTokenizationFilterable => "change-tokenization-filterable",
            Self::EnableFilterable => "enable-filterable",
            Self::EnableRangeable => "enable-rangeable",
            Self::EnableSearchable => "enable-searchable",
            Self::RebuildSearchable => "rebuild-searchable",
            Self::RepairFilterable => "repair-filterable",
            Self::RepairRangeable => "repair-rangeable",
        }
    }

    pub(crate) fn touches(self, index: Index) -> bool {
        match self {
            Self::ChangeTokenization => index != Index::RangeFilters,
            Self::ChangeTokenizationFilterable | Self::EnableFilterable | Self::RepairFilterable => {
                index == Index::Filterable
            }
            Self::EnableRangeable | Self::RepairRangeable => index == Index::RangeFilters,
            Self::EnableSearchable | Self::RebuildSearchable => index == Index::Searchable,
        }
    }

    /// Returns whether queries find other things afterwards, so that all tenants have to go along.
    pub(crate) fn is_semantic(self) -> bool {
        !matches!(
            self,
            Self::EnableRangeable | Self::RebuildSearchable | Self::RepairFilterable | Self::RepairRangeable
        )
    }

    /// Returns whether the property's tokenization is told along with the task.
    pub(crate) fn tells_tokenization(self) -> bool {
        matches!(self, Self::ChangeTokenization | Self::ChangeTokenizationFilterable | Self::EnableSearchable)
    }

    /// Changes the property to what it is once the work is done.
    pub(crate) fn finish(self, property: &mut Json, tokenization: Option<&str>) {
        match self {
            Self::EnableFilterable => property["indexFilterable"] = json!(true),
            Self::EnableRangeable => property["indexRangeFilters"] = json!(true),
            Self::EnableSearchable => {
                property["indexSearchable"] = json!(true);
                property["searchableBlockmax"] = json!(true);
            }
            _ => {}
        }
        if let Some(tokenization) = tokenization {
            property["tokenization"] = json!(tokenization);
        }
    }
}

/// Request for an index of a property.
#[derive(Debug, Default)]
pub(crate) struct Wanted<'a> {
    pub(crate) tokenization: &'a str,
    pub(crate) algorithm: &'a str,
}

/// Work on the same property that is not done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Running<'a> {
    pub(crate) id: &'a str,
    pub(crate) migration: Migration,
    pub(crate) tokenization: Option<&'a str>,
}

/// Work that brings an index to its target.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// Nothing.
    Keep,
    /// A task of this id does it already.
    Join(String),
    /// A task does something else to the index.
    Conflict(PlanConflict),
    Start {
        migration: Migration,
        tokenization: Option<String>,
    },
}

impl Plan {
    fn start(migration: Migration) -> Self {
        Self::Start { migration, tokenization: None }
    }

    fn retokenize(migration: Migration, tokenization: &str) -> Self {
        Self::Start { migration, tokenization: Some(tokenization.to_owned()) }
    }
}

/// A property as the rules see it.
struct Target<'a> {
    json: &'a Json,
    name: &'a str,
    /// `None` for references and objects.
    primitive: Option<DataType>,
    tokenization: &'a str,
}

impl<'a> Target<'a> {
    fn new(property: &'a Json) -> Self {
        let primitive = match property["dataType"].as_array().map(Vec::as_slice) {
            Some([one]) => one.as_str().and_then(DataType::from_name).filter(|data_type| !data_type.is_nested()),
            _ => None,
        };
        Self {
            json: property,
            name: property["name"].as_str().unwrap_or_default(),
            primitive,
            tokenization: property["tokenization"].as_str().unwrap_or_default(),
        }
    }

    fn is_text(&self) -> bool {
        self.primitive.as_ref().is_some_and(DataType::is_text)
    }

    fn is_numeric(&self) -> bool {
        self.primitive.as_ref().is_some_and(DataType::is_numeric)
    }

    /// Returns whether values of the type can be in a filterable index.
    fn can_be_filterable(&self) -> bool {
        self.primitive
            .as_ref()
            .is_some_and(|primitive| !matches!(primitive, DataType::Blob | DataType::Geo | DataType::Phone))
    }

    fn has(&self, index: Index) -> bool {
        match index {
            Index::Filterable => self.can_be_filterable() && self.json["indexFilterable"] == true,
            Index::Searchable => self.is_text() && self.json["indexSearchable"] == true,
            Index::RangeFilters => self.json["indexRangeFilters"] == true,
        }
    }

    /// The type in the words of a text about it.
    fn type_text(&self) -> String {
        if let Some(primitive) = &self.primitive {
            return format!("\"{}\"", primitive.name());
        }
        let names = self.json["dataType"].as_array().into_iter().flatten().filter_map(Json::as_str);
        format!("[{}]", names.collect::<Vec<_>>().join(" "))
    }
}

/// Plans the work to get to the index that is asked for.
pub(crate) fn upsert(
    property: &Json,
    index: Index,
    wanted: &Wanted<'_>,
    running: &[Running<'_>],
) -> Result<Plan, PlanFault> {
    let target = Target::new(property);
    let busy = running.iter().find(|task| task.migration.touches(index)).copied();
    match index {
        Index::Searchable => searchable(&target, wanted, busy),
        Index::Filterable => filterable(&target, wanted, busy),
        Index::RangeFilters => range_filters(&target, wanted, busy),
    }
}

fn other_target(task: Running<'_>, kind: &'static str, name: &str) -> Plan {
    Plan::Conflict(PlanConflict::OtherTarget { task: task.id.to_owned(), kind, property: name.to_owned() })
}

fn searchable(target: &Target<'_>, wanted: &Wanted<'_>, busy: Option<Running<'_>>) -> Result<Plan, PlanFault> {
    let name = target.name;
    let Wanted { tokenization, algorithm } = *wanted;
    if !tokenization.is_empty() && !algorithm.is_empty() {
        return Err(PlanFault::TwoChanges);
    }
    check_algorithm(algorithm)?;
    let exists = target.has(Index::Searchable);
    if let Some(task) = busy.filter(|_| !tokenization.is_empty() || !algorithm.is_empty()) {
        let same = match task.migration {
            Migration::RebuildSearchable => !algorithm.is_empty(),
            Migration::ChangeTokenization | Migration::EnableSearchable => task.tokenization == Some(tokenization),
            _ => false,
        };
        return Ok(match (same, exists && !algorithm.is_empty()) {
            (false, _) => other_target(task, "searchable", name),
            (true, true) => Plan::Keep,
            (true, false) => Plan::Join(task.id.to_owned()),
        });
    }
    if !algorithm.is_empty() {
        // Every searchable index has the one algorithm there is.
        return if exists { Ok(Plan::Keep) } else { Err(PlanFault::NotSearchable(name.to_owned())) };
    }
    if !exists {
        check_new_searchable(target, tokenization)?;
        return Ok(Plan::retokenize(Migration::EnableSearchable, tokenization));
    }
    if tokenization.is_empty() || tokenization == target.tokenization {
        return Ok(Plan::Keep);
    }
    if !property::is_tokenization(tokenization) {
        return Err(PlanFault::Tokenization(tokenization.to_owned()));
    }
    Ok(Plan::retokenize(Migration::ChangeTokenization, tokenization))
}

fn check_algorithm(algorithm: &str) -> Result<(), PlanFault> {
    let plain: String = algorithm.to_lowercase().chars().filter(|letter| !matches!(letter, '-' | '_')).collect();
    match plain.as_str() {
        "" | "blockmax" | "blockmaxwand" | "bmw" => Ok(()),
        "wand" => Err(PlanFault::OldAlgorithm),
        _ => Err(PlanFault::Algorithm(algorithm.to_owned())),
    }
}

fn check_new_searchable(target: &Target<'_>, tokenization: &str) -> Result<(), PlanFault> {
    let name = target.name;
    if !target.is_text() {
        return Err(PlanFault::NotText(name.to_owned()));
    }
    if tokenization.is_empty() {
        return Err(PlanFault::NoTokenization);
    }
    if !property::is_tokenization(tokenization) {
        return Err(PlanFault::Tokenization(tokenization.to_owned()));
    }
    let own = target.tokenization;
    if target.json["indexFilterable"] == true && !own.is_empty() && own != tokenization {
        let (property, own, wanted) = (name.to_owned(), own.to_owned(), tokenization.to_owned());
        return Err(PlanFault::Desynchronized { property, own, wanted });
    }
    Ok(())
}

fn filterable(target: &Target<'_>, wanted: &Wanted<'_>, busy: Option<Running<'_>>) -> Result<Plan, PlanFault> {
    let (name, own) = (target.name, target.tokenization);
    let tokenization = wanted.tokenization;
    if !wanted.algorithm.is_empty() {
        return Err(PlanFault::FilterableAlgorithm);
    }
    if let Some(task) = busy {
        let same = match task.migration {
            Migration::EnableFilterable => tokenization.is_empty() || tokenization == own,
            Migration::ChangeTokenization | Migration::ChangeTokenizationFilterable => {
                !tokenization.is_empty() && task.tokenization == Some(tokenization)
            }
            _ => false,
        };
        if same {
            return Ok(Plan::Join(task.id.to_owned()));
        }
        if !tokenization.is_empty() {
            return Ok(other_target(task, "filterable", name));
        }
    }
    if !target.has(Index::Filterable) {
        if target.json["indexFilterable"] == true {
            return Err(PlanFault::FilterableExists(name.to_owned()));
        }
        if !target.can_be_filterable() {
            return Err(PlanFault::NeverFilterable { property: name.to_owned(), data_type: target.type_text() });
        }
        if !tokenization.is_empty() && tokenization != own {
            let (property, wanted, own) = (name.to_owned(), tokenization.to_owned(), own.to_owned());
            return Err(PlanFault::FilterableTokenization { property, wanted, own });
        }
        return Ok(Plan::start(Migration::EnableFilterable));
    }
    if tokenization.is_empty() || tokenization == own {
        return Ok(Plan::Keep);
    }
    if !target.is_text() {
        return Err(PlanFault::FilterableNotText(name.to_owned()));
    }
    if !property::is_tokenization(tokenization) {
        return Err(PlanFault::Tokenization(tokenization.to_owned()));
    }
    Ok(Plan::retokenize(Migration::ChangeTokenizationFilterable, tokenization))
}

fn range_filters(target: &Target<'_>, wanted: &Wanted<'_>, busy: Option<Running<'_>>) -> Result<Plan, PlanFault> {
    if !wanted.tokenization.is_empty() || !wanted.algorithm.is_empty() {
        return Err(PlanFault::RangeFiltersFields);
    }
    if target.has(Index::RangeFilters) {
        return Ok(Plan::Keep);
    }
    if let Some(task) = busy {
        return Ok(Plan::Join(task.id.to_owned()));
    }
    if !target.is_numeric() {
        return Err(PlanFault::NotNumeric(target.name.to_owned()));
    }
    Ok(Plan::start(Migration::EnableRangeable))
}

/// Plans the rebuilding of an index.
pub(crate) fn rebuild(property: &Json, index: Index) -> Result<Migration, PlanFault> {
    let target = Target::new(property);
    let name = target.name;
    match index {
        Index::Searchable if target.has(index) => Ok(Migration::RebuildSearchable),
        Index::Searchable => Err(PlanFault::NotSearchable(name.to_owned())),
        Index::Filterable if target.has(index) => Ok(Migration::RepairFilterable),
        Index::Filterable => Err(PlanFault::NotFilterable(name.to_owned())),
        Index::RangeFilters if !target.is_numeric() => Err(PlanFault::NotNumeric(name.to_owned())),
        Index::RangeFilters if target.has(index) => Ok(Migration::RepairRangeable),
        Index::RangeFilters => Err(PlanFault::NoRangeFilters(name.to_owned())),
    }
}

/// Reason why two tasks cannot be at work on one property.
pub(crate) fn conflict(running: Running<'_>, wanted: Migration) -> PlanConflict {
    let (task, known) = (running.id.to_owned(), running.migration.name());
    if running.migration == wanted {
        PlanConflict::Same { task, migration: known }
    } else {
        PlanConflict::Race { task, known, wanted: wanted.name() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn property(data_type: &str, filterable: bool, searchable: bool) -> Json {
        json!({
            "name": "p", "dataType": [data_type], "indexFilterable": filterable, "indexSearchable": searchable,
            "indexRangeFilters": false, "tokenization": if data_type == "text" { "word" } else { "" },
        })
    }

    fn wanted<'a>(tokenization: &'a str, algorithm: &'a str) -> Wanted<'a> {
        Wanted { tokenization, algorithm }
    }

    #[test]
    fn does_what_is_missing() {
        let plan = |property: &Json, index, tokenization| upsert(property, index, &wanted(tokenization, ""), &[]);
        let text = property("text", true, true);
        assert_eq!(plan(&text, Index::Filterable, ""), Ok(Plan::Keep));
        assert_eq!(plan(&text, Index::Searchable, "word"), Ok(Plan::Keep));
        let field = Some("field".to_owned());
        assert_eq!(
            plan(&text, Index::Searchable, "field"),
            Ok(Plan::Start { migration: Migration::ChangeTokenization, tokenization: field.clone() })
        );
        assert_eq!(
            plan(&text, Index::Filterable, "field"),
            Ok(Plan::Start { migration: Migration::ChangeTokenizationFilterable, tokenization: field })
        );
        assert_eq!(
            plan(&property("int", false, false), Index::RangeFilters, ""),
            Ok(Plan::start(Migration::EnableRangeable))
        );
        assert_eq!(
            plan(&property("int", false, false), Index::Filterable, ""),
            Ok(Plan::start(Migration::EnableFilterable))
        );
    }

    #[test]
    fn says_why_not() {
        let fault =
            |property: &Json, index, wanted: Wanted<'_>| upsert(property, index, &wanted, &[]).unwrap_err().to_string();
        let text = property("text", true, false);
        assert!(fault(&text, Index::Searchable, wanted("field", "")).contains("desynchronize"));
        assert!(fault(&text, Index::Searchable, wanted("", "")).contains("requires a tokenization"));
        assert!(fault(&text, Index::Searchable, wanted("", "BMW")).contains("no searchable index"));
        assert!(fault(&text, Index::Searchable, wanted("", "wand")).contains("deprecated"));
        assert!(fault(&text, Index::RangeFilters, wanted("", "")).contains("not a numeric type"));
        assert!(fault(&property("object", false, false), Index::Filterable, wanted("", "")).contains("[object]"));
        assert!(fault(&property("geoCoordinates", false, false), Index::Filterable, wanted("", "")).contains("\"geo"));
    }

    #[test]
    fn joins_work_for_the_same_end_and_keeps_away_from_other() {
        let text = property("text", true, true);
        let task = Running { id: "t1", migration: Migration::ChangeTokenization, tokenization: Some("field") };
        let plan = |tokenization| upsert(&text, Index::Searchable, &wanted(tokenization, ""), &[task]).unwrap();
        assert_eq!(plan("field"), Plan::Join("t1".to_owned()));
        assert!(matches!(plan("trigram"), Plan::Conflict(PlanConflict::OtherTarget { .. })));
        assert_eq!(plan(""), Plan::Keep);
        assert!(matches!(conflict(task, Migration::ChangeTokenization), PlanConflict::Same { .. }));
    }
}

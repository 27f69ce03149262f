//! Faults that modules find in their settings, in their words.

use thiserror::Error;

/// Modules that a definition cannot have, or settings of one.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum ModuleFault {
    #[error("module with name {0} doesn't exist")]
    Unknown(String),
    #[error("module '{module}': {fault}")]
    Settings { module: String, fault: SettingsFault },
    #[error(
        "targetVector '{0}': blobHash property cannot be combined with other vectorizable fields in a multi-modal vectorizer configuration: after storage the original blob data is replaced by its hash and can no longer be used for re-vectorization when other fields change. Use a separate named vector for the blobHash property"
    )]
    Hash(String),
    #[error(
        "multiple vectorizers configured in class's moduleConfig: [{vectorizers}]. class.vectorizer is set to \"{vectorizer}\""
    )]
    Vectorizers { vectorizers: String, vectorizer: String },
    #[error("multi vector vectorizer: \"{0}\" is only allowed to be defined using named vector configuration")]
    UnnamedMulti(String),
    #[error("can only update generative and reranker module configs. Got: {module} for class: {class}")]
    Fixed { module: String, class: String },
    #[error("updated moduleconfig has multiple {kind} modules: {given}")]
    Twice { kind: &'static str, given: String },
}

/// Settings that a module refuses.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum SettingsFault {
    /// Some modules tell all that is wrong.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    All(Vec<SettingsFault>),
    #[error("{0} cannot be empty")]
    Empty(&'static str),
    #[error("{what}: [{}]", .allowed.join(" "))]
    OneOf { what: &'static str, allowed: Vec<String> },
    #[error("properties field needs to be of array type, got: {0}")]
    Properties(&'static str),
    #[error("properties field needs to have at least 1 property defined")]
    NoProperties,
    #[error("properties field value: {0} must be a string")]
    PropertyName(String),
    #[error("model must be set; choose one from GET /v1/models on the DigitalOcean Serverless Inference endpoint")]
    DigitalOceanModel,
    #[error("only one setting must be set either 'model' or 'passageModel'")]
    TwoModels,
    #[error("either inferenceUrl or passageInferenceUrl together with queryInferenceUrl needs to be set, not both")]
    InferenceUrls,
    #[error("{set} is set but {empty} is empty, both needs to be set")]
    HalfInferenceUrls { set: &'static str, empty: &'static str },
    #[error("model has to be defined")]
    NoModel,
    #[error("wrong configuration: {endpoint}, not applicable to {service}")]
    AwsEndpoint { endpoint: String, service: String },
    #[error("wrong configuration: model, not applicable to {0}. did you mean targetModel")]
    AwsModel(String),
    #[error("dimensions setting can only be used with V3 embedding models: [{0}]")]
    OldDimensions(String),
    #[error("wrong {setting} setting for {model} model, available {setting} are: [{allowed}]")]
    Number { setting: &'static str, model: String, allowed: String },
    #[error("both resourceName and deploymentId must be provided")]
    Azure,
    #[error("unsupported version {0}")]
    Version(String),
    #[error("ada-002 no longer distinguishes between text/code, use 'text' for all use cases")]
    Ada,
    #[error("model {0} is only available in version 001")]
    OldModel(String),
    #[error("imageFields not present")]
    NoImageFields,
    #[error("{0} setting needs to be present")]
    Missing(&'static str),
    #[error("dimensions needs to within [64, 1024] range")]
    ClipDimensions,
    #[error("dimensions needs to equal 768")]
    OldClipDimensions,
    #[error("videoFields support only 1408 dimensions setting")]
    VideoDimensions,
    #[error("weights.{0}Fields does not equal number of {0}Fields")]
    Weights(&'static str),
    #[error("{0}Fields must be an array")]
    FieldsType(&'static str),
    #[error("must contain at least one {0} field name in {0}Fields")]
    NoFields(&'static str),
    #[error("{0}Field must be a string")]
    FieldType(&'static str),
    #[error("{0}Field values cannot be empty")]
    EmptyField(&'static str),
    #[error("textFields or imageFields setting needs to be present")]
    NoMultivecFields,
    #[error("only one textFields or imageFields setting needs to be present, not both")]
    BothMultivecFields,
    #[error("only one {0} property is allowed to define")]
    MultivecField(&'static str),
    /// The server forgets to put the kind in its place.
    #[error("%s weights settigs are not allowed to define, {0}")]
    MultivecWeights(&'static str),
    #[error("validate \"{0}\": invalid config: must have at least one value in the \"referenceProperties\" field")]
    NoReferences(String),
    #[error("validate \"{class}\": invalid config: \"{method}\" is not a valid method. valid methods are: [mean]")]
    Method { class: String, method: String },
    #[error("{setting} has to be {kind} value between {least} and {most}")]
    Between { setting: &'static str, kind: &'static str, least: u32, most: u32 },
    #[error("topK has to be an integer value above or equal 1")]
    TopK,
    #[error("Wrong {setting} configuration, values are between {least} and {most}")]
    Bounds { setting: &'static str, least: String, most: String },
    #[error("Wrong {0} configuration, values should be greater than zero or nil")]
    NotPositive(&'static str),
    #[error(
        "Wrong maxTokens configuration, values are should have a minimal value of 1 and max is dependant on the model used"
    )]
    MaxTokens,
    #[error("Wrong topP configuration, values are should have {0}")]
    TopP(&'static str),
}

//! Modules that make vectors: the table.

use super::{WeightedField, modules};
use crate::values::schema::modules::module;

modules! {
    /// Who makes a vector.
    Vectorizer with text {
        /// The properties that become the vector. Default: all texts.
        source_properties: [String] = "properties",
        /// Whether the name of the collection is part of the text. Default: yes.
        vectorize_collection_name: bool = "vectorizeClassName",
    }

    /// Nobody: the vector comes with the object.
    SelfProvided = "none" {}

    /// Amazon Bedrock and SageMaker.
    Text2VecAws = "text2vec-aws" with text {
        /// `bedrock` or `sagemaker`.
        service: String = "service",
        /// The region, `eu-west-1` for instance.
        region: String = "region",
        /// The model; for Bedrock.
        model: String = "model",
        /// The endpoint; for SageMaker.
        endpoint: String = "endpoint",
        /// The model behind the endpoint; for SageMaker.
        target_model: String = "targetModel",
        /// The variant of that model; for SageMaker.
        target_variant: String = "targetVariant",
        /// How long the vector is.
        dimensions: i64 = "dimensions",
    }

    /// Cohere.
    Text2VecCohere = "text2vec-cohere" with text {
        /// The model.
        model: String = "model",
        /// Where the service is, if not at its usual address.
        base_url: String = "baseURL",
        /// How long the vector is.
        dimensions: i64 = "dimensions",
        /// What is cut off a text that is too long: `NONE`, `START`, `END`, `LEFT` or `RIGHT`.
        truncate: String = "truncate",
    }

    /// The Contextionary, in a container beside the server. Deprecated by the server.
    Text2VecContextionary = "text2vec-contextionary" with text {}

    /// Databricks.
    Text2VecDatabricks = "text2vec-databricks" with text {
        /// The address of the model.
        endpoint: String = "endpoint",
        /// What the model is told beside the text.
        instruction: String = "instruction",
    }

    /// DigitalOcean.
    Text2VecDigitalOcean = "text2vec-digitalocean" with text {
        /// The model.
        model: String = "model",
        /// Where the service is, if not at its usual address.
        base_url: String = "baseURL",
        /// How long the vector is.
        dimensions: i64 = "dimensions",
    }

    /// Google Vertex AI and AI Studio.
    Text2VecGoogle = "text2vec-google" | "text2vec-palm" with text {
        /// The project; for Vertex AI.
        project_id: String = "projectId",
        /// The model.
        model: String = "modelId",
        /// The address of the service, without a scheme.
        api_endpoint: String = "apiEndpoint",
        /// The location; for Vertex AI.
        location: String = "location",
        /// How long the vector is.
        dimensions: i64 = "dimensions",
        /// The property that is the title of the text.
        title_property: String = "titleProperty",
        /// What the vectors are for, `RETRIEVAL_QUERY` or `CLASSIFICATION` for instance.
        task_type: String = "taskType",
    }

    /// GPT4All, in a container beside the server. Deprecated by the server.
    Text2VecGpt4All = "text2vec-gpt4all" with text {}

    /// Hugging Face.
    Text2VecHuggingFace = "text2vec-huggingface" with text {
        /// The model.
        model: String = "model",
        /// The model for objects, where queries have another one.
        passage_model: String = "passageModel",
        /// The model for queries, where objects have another one.
        query_model: String = "queryModel",
        /// The address of an endpoint of one's own.
        endpoint_url: String = "endpointURL",
        /// How the service treats a request.
        options: HuggingFaceOptions = "options",
    }

    /// Jina AI.
    Text2VecJinaAi = "text2vec-jinaai" with text {
        /// The model.
        model: String = "model",
        /// Where the service is, if not at its usual address.
        base_url: String = "baseURL",
        /// How long the vector is.
        dimensions: i64 = "dimensions",
    }

    /// Mistral.
    Text2VecMistral = "text2vec-mistral" with text {
        /// The model.
        model: String = "model",
        /// Where the service is, if not at its usual address.
        base_url: String = "baseURL",
    }

    /// Model2Vec, in a container beside the server.
    Text2VecModel2Vec = "text2vec-model2vec" with text {
        /// Where the container is, if not where the server was told.
        inference_url: String = "inferenceUrl",
    }

    /// Morph.
    Text2VecMorph = "text2vec-morph" with text {
        /// The model.
        model: String = "model",
        /// Where the service is, if not at its usual address.
        base_url: String = "baseURL",
        /// The path of the service.
        endpoint: String = "endpoint",
    }

    /// NVIDIA.
    Text2VecNvidia = "text2vec-nvidia" with text {
        /// The model.
        model: String = "model",
        /// Where the service is, if not at its usual address.
        base_url: String = "baseURL",
        /// What is cut off a text that is too long: `NONE`, `START` or `END`.
        truncate: String = "truncate",
    }

    /// Ollama.
    Text2VecOllama = "text2vec-ollama" with text {
        /// Where Ollama is.
        api_endpoint: String = "apiEndpoint",
        /// The model.
        model: String = "model",
    }

    /// OpenAI and Azure.
    Text2VecOpenAi = "text2vec-openai" with text {
        /// The model, `text-embedding-3-small` for instance.
        model: String = "model",
        /// The version of the model, for old ones.
        model_version: String = "modelVersion",
        /// `text` or `code`, for old models.
        kind: String = "type",
        /// How long the vector is.
        dimensions: i64 = "dimensions",
        /// Where the service is, if not at its usual address.
        base_url: String = "baseURL",
        /// The path of the service, if not the usual one.
        endpoint: String = "endpoint",
        /// The resource; for Azure.
        resource_name: String = "resourceName",
        /// The deployment; for Azure.
        deployment_id: String = "deploymentId",
        /// The version of the interface; for Azure.
        api_version: String = "apiVersion",
        /// Whether it is Azure, where the other settings leave it open.
        is_azure: bool = "isAzure",
    }

    /// A model in a container beside the server.
    Text2VecTransformers = "text2vec-transformers" with text {
        /// How the vectors of tokens become one: `masked_mean` or `cls`.
        pooling_strategy: String = "poolingStrategy",
        /// How long the vector is.
        dimensions: i64 = "dimensions",
        /// Where the container is, if not where the server was told.
        inference_url: String = "inferenceUrl",
        /// Where the container for objects is, if queries have another one.
        passage_inference_url: String = "passageInferenceUrl",
        /// Where the container for queries is, if objects have another one.
        query_inference_url: String = "queryInferenceUrl",
    }

    /// Voyage AI.
    Text2VecVoyageAi = "text2vec-voyageai" with text {
        /// The model.
        model: String = "model",
        /// Where the service is, if not at its usual address.
        base_url: String = "baseURL",
        /// How long the vector is.
        dimensions: i64 = "dimensions",
        /// Whether a text that is too long is cut off.
        truncate: bool = "truncate",
    }

    /// Weaviate's own service.
    Text2VecWeaviate = "text2vec-weaviate" with text {
        /// The model.
        model: String = "model",
        /// Where the service is, if not at its usual address.
        base_url: String = "baseURL",
        /// How long the vector is.
        dimensions: i64 = "dimensions",
    }

    /// Jina AI, several vectors per text.
    Text2MultiVecJinaAi = "text2multivec-jinaai" | "text2colbert-jinaai" with text {
        /// The model.
        model: String = "model",
        /// Where the service is, if not at its usual address.
        base_url: String = "baseURL",
        /// How long the vector is.
        dimensions: i64 = "dimensions",
    }

    /// Jina AI, several vectors per object.
    Multi2MultiVecJinaAi = "multi2multivec-jinaai" {
        /// The model.
        model: String = "model",
        /// Where the service is, if not at its usual address.
        base_url: String = "baseURL",
        /// Properties with images.
        image_fields: [WeightedField] via weighted = "imageFields",
        /// Properties with texts.
        text_fields: [WeightedField] via weighted = "textFields",
    }

    /// Weaviate's own service, several vectors per object.
    Multi2MultiVecWeaviate = "multi2multivec-weaviate" {
        /// The model.
        model: String = "model",
        /// Where the service is, if not at its usual address.
        base_url: String = "baseURL",
        /// Properties with images.
        image_fields: [WeightedField] via weighted = "imageFields",
    }

    /// Amazon Bedrock.
    Multi2VecAws = "multi2vec-aws" {
        /// The region, `eu-west-1` for instance.
        region: String = "region",
        /// The model.
        model: String = "model",
        /// How long the vector is.
        dimensions: i64 = "dimensions",
        /// Properties with images.
        image_fields: [WeightedField] via weighted = "imageFields",
        /// Properties with texts.
        text_fields: [WeightedField] via weighted = "textFields",
    }

    /// ImageBind, in a container beside the server.
    Multi2VecBind = "multi2vec-bind" {
        /// Properties with sounds.
        audio_fields: [WeightedField] via weighted = "audioFields",
        /// Properties with depth images.
        depth_fields: [WeightedField] via weighted = "depthFields",
        /// Properties with images.
        image_fields: [WeightedField] via weighted = "imageFields",
        /// Properties with movements.
        imu_fields: [WeightedField] via weighted = "imuFields",
        /// Properties with texts.
        text_fields: [WeightedField] via weighted = "textFields",
        /// Properties with thermal images.
        thermal_fields: [WeightedField] via weighted = "thermalFields",
        /// Properties with videos.
        video_fields: [WeightedField] via weighted = "videoFields",
    }

    /// CLIP, in a container beside the server.
    Multi2VecClip = "multi2vec-clip" {
        /// Where the container is, if not where the server was told.
        inference_url: String = "inferenceUrl",
        /// Properties with images.
        image_fields: [WeightedField] via weighted = "imageFields",
        /// Properties with texts.
        text_fields: [WeightedField] via weighted = "textFields",
    }

    /// Cohere.
    Multi2VecCohere = "multi2vec-cohere" {
        /// The model.
        model: String = "model",
        /// Where the service is, if not at its usual address.
        base_url: String = "baseURL",
        /// How long the vector is.
        dimensions: i64 = "dimensions",
        /// What is cut off a text that is too long: `NONE`, `START`, `END`, `LEFT` or `RIGHT`.
        truncate: String = "truncate",
        /// Properties with images.
        image_fields: [WeightedField] via weighted = "imageFields",
        /// Properties with texts.
        text_fields: [WeightedField] via weighted = "textFields",
    }

    /// Google Vertex AI and AI Studio.
    Multi2VecGoogle = "multi2vec-google" | "multi2vec-palm" {
        /// The project; for Vertex AI.
        project_id: String = "projectId",
        /// The location; for Vertex AI.
        location: String = "location",
        /// The address of the service, without a scheme.
        api_endpoint: String = "apiEndpoint",
        /// The model.
        model: String = "modelId",
        /// How long the vector is.
        dimensions: i64 = "dimensions",
        /// How many seconds of a video become one vector.
        video_interval_seconds: i64 = "videoIntervalSeconds",
        /// Properties with sounds.
        audio_fields: [WeightedField] via weighted = "audioFields",
        /// Properties with images.
        image_fields: [WeightedField] via weighted = "imageFields",
        /// Properties with texts.
        text_fields: [WeightedField] via weighted = "textFields",
        /// Properties with videos.
        video_fields: [WeightedField] via weighted = "videoFields",
    }

    /// Jina AI.
    Multi2VecJinaAi = "multi2vec-jinaai" {
        /// The model.
        model: String = "model",
        /// Where the service is, if not at its usual address.
        base_url: String = "baseURL",
        /// How long the vector is.
        dimensions: i64 = "dimensions",
        /// Properties with images.
        image_fields: [WeightedField] via weighted = "imageFields",
        /// Properties with texts.
        text_fields: [WeightedField] via weighted = "textFields",
    }

    /// NVIDIA.
    Multi2VecNvidia = "multi2vec-nvidia" {
        /// The model.
        model: String = "model",
        /// Where the service is, if not at its usual address.
        base_url: String = "baseURL",
        /// Properties with images.
        image_fields: [WeightedField] via weighted = "imageFields",
        /// Properties with texts.
        text_fields: [WeightedField] via weighted = "textFields",
    }

    /// TwelveLabs.
    Multi2VecTwelveLabs = "multi2vec-twelvelabs" {
        /// The model.
        model: String = "model",
        /// Where the service is, if not at its usual address.
        base_url: String = "baseURL",
        /// Properties with images.
        image_fields: [WeightedField] via weighted = "imageFields",
        /// Properties with texts.
        text_fields: [WeightedField] via weighted = "textFields",
    }

    /// Voyage AI.
    Multi2VecVoyageAi = "multi2vec-voyageai" {
        /// The model.
        model: String = "model",
        /// Where the service is, if not at its usual address.
        base_url: String = "baseURL",
        /// How long the vector is.
        dimensions: i64 = "dimensions",
        /// Whether a text that is too long is cut off.
        truncate: bool = "truncate",
        /// Properties with images.
        image_fields: [WeightedField] via weighted = "imageFields",
        /// Properties with texts.
        text_fields: [WeightedField] via weighted = "textFields",
        /// Properties with videos.
        video_fields: [WeightedField] via weighted = "videoFields",
    }

    /// A model for images in a container beside the server.
    Img2VecNeural = "img2vec-neural" {
        /// Properties with images.
        image_fields: [String] = "imageFields",
    }

    /// The mean of the vectors of the objects that an object refers to.
    Ref2VecCentroid = "ref2vec-centroid" {
        /// The references.
        reference_properties: [String] = "referenceProperties",
        /// How the vectors become one: `mean`.
        method: String = "method",
    }
}

settings! {
    /// How Hugging Face treats a request.
    HuggingFaceOptions {
        /// Whether to wait for a model that is being loaded.
        wait_for_model: bool = "waitForModel",
        /// Whether to use a GPU.
        use_gpu: bool = "useGPU",
        /// Whether an answer from before may be used.
        use_cache: bool = "useCache",
    }
}

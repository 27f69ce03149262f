//! Table of the vectorizer modules.

use super::{WeightedField, modules};
use crate::values::schema::modules::module;

modules! {
    /// Vectorizer of a vector: the module that creates it, or [`SelfProvided`].
    ///
    /// See [Vectorizer and vector
    /// settings](https://docs.weaviate.io/weaviate/manage-collections/vector-config).
    ///
    /// ```
    /// use weaviate::prelude::*;
    /// use weaviate::schema::modules::Text2VecOpenAi;
    ///
    /// let vectorizer = Text2VecOpenAi::new().model("text-embedding-3-small").source_properties(["title", "body"]);
    /// let vector = VectorConfig::new(vectorizer).name("text");
    /// ```
    #[doc(alias = "embedding")]
    Vectorizer with text {
        /// Source properties: the properties that are vectorized. Default: all text properties.
        source_properties: [String] = "properties",
        /// Includes the name of the collection in the vectorized text. Default: on for most
        /// modules.
        vectorize_collection_name: bool = "vectorizeClassName",
    }

    /// No vectorizer (`none`): the application provides the vector of each object.
    SelfProvided = "none" {}

    /// Text vectorizer of AWS: Amazon Bedrock and SageMaker.
    Text2VecAws = "text2vec-aws" with text {
        /// AWS service: `bedrock` or `sagemaker`. Default: `bedrock`.
        service: String = "service",
        /// AWS region, such as `eu-west-1`.
        region: String = "region",
        /// Name of the model. For Bedrock.
        model: String = "model",
        /// Name of the endpoint. For SageMaker.
        endpoint: String = "endpoint",
        /// Target model of a multi-model endpoint. For SageMaker.
        target_model: String = "targetModel",
        /// Target variant of the endpoint. For SageMaker.
        target_variant: String = "targetVariant",
        /// Dimensions of the vector. Default: the server or the model decides.
        dimensions: i64 = "dimensions",
    }

    /// Text vectorizer of Cohere.
    Text2VecCohere = "text2vec-cohere" with text {
        /// Name of the model. Default: the server decides.
        model: String = "model",
        /// Base URL of the API. Default: the public address of the provider.
        base_url: String = "baseURL",
        /// Dimensions of the vector. Default: the server or the model decides.
        dimensions: i64 = "dimensions",
        /// Truncation of long texts: `NONE`, `START`, `END`, `LEFT` or `RIGHT`. Default: `END`.
        truncate: String = "truncate",
    }

    /// Text vectorizer Contextionary, in a container beside the server. Deprecated by the server.
    Text2VecContextionary = "text2vec-contextionary" with text {}

    /// Text vectorizer of Databricks.
    Text2VecDatabricks = "text2vec-databricks" with text {
        /// URL of the model serving endpoint. Required.
        endpoint: String = "endpoint",
        /// Instruction given to the model besides the text. Default: none.
        instruction: String = "instruction",
    }

    /// Text vectorizer of DigitalOcean. Needs Weaviate 1.35.21, 1.36.15, 1.37.5 or 1.38.
    Text2VecDigitalOcean = "text2vec-digitalocean" with text {
        /// Name of the model. Required.
        model: String = "model",
        /// Base URL of the API. Default: the public address of the provider.
        base_url: String = "baseURL",
        /// Dimensions of the vector. Default: the server or the model decides.
        dimensions: i64 = "dimensions",
    }

    /// Text vectorizer of Google: Vertex AI and AI Studio (Gemini).
    Text2VecGoogle = "text2vec-google" | "text2vec-palm" with text {
        /// Google Cloud project ID. For Vertex AI.
        project_id: String = "projectId",
        /// Name of the model, such as `gemini-embedding-001`. Default: the server decides.
        model: String = "modelId",
        /// Host of the API, without a scheme. Default: `us-central1-aiplatform.googleapis.com`.
        api_endpoint: String = "apiEndpoint",
        /// Google Cloud location. For Vertex AI. Default: `us-central1`.
        location: String = "location",
        /// Dimensions of the vector. Default: the server or the model decides.
        dimensions: i64 = "dimensions",
        /// Property with the title of the text.
        title_property: String = "titleProperty",
        /// Task type of the vectors, such as `CLASSIFICATION` or `SEMANTIC_SIMILARITY`. Default:
        /// `RETRIEVAL_QUERY`.
        task_type: String = "taskType",
    }

    /// Text vectorizer GPT4All, in a container beside the server. Deprecated by the server.
    Text2VecGpt4All = "text2vec-gpt4all" with text {}

    /// Text vectorizer of Hugging Face.
    Text2VecHuggingFace = "text2vec-huggingface" with text {
        /// Name of the model. Default: the server decides.
        model: String = "model",
        /// Name of the model for objects, if queries use another one. Not together with `model`.
        passage_model: String = "passageModel",
        /// Name of the model for queries, if objects use another one. Not together with `model`.
        query_model: String = "queryModel",
        /// URL of a dedicated inference endpoint.
        endpoint_url: String = "endpointURL",
        /// Options of the Hugging Face inference API.
        options: HuggingFaceOptions = "options",
    }

    /// Text vectorizer of Jina AI.
    Text2VecJinaAi = "text2vec-jinaai" with text {
        /// Name of the model. Default: the server decides.
        model: String = "model",
        /// Base URL of the API. Default: the public address of the provider.
        base_url: String = "baseURL",
        /// Dimensions of the vector. Default: the server or the model decides.
        dimensions: i64 = "dimensions",
    }

    /// Text vectorizer of Mistral.
    Text2VecMistral = "text2vec-mistral" with text {
        /// Name of the model. Default: the server decides.
        model: String = "model",
        /// Base URL of the API. Default: the public address of the provider.
        base_url: String = "baseURL",
    }

    /// Text vectorizer Model2Vec, in a container beside the server. Needs Weaviate 1.31.
    Text2VecModel2Vec = "text2vec-model2vec" with text {
        /// URL of the inference container. Default: the address in the environment of the server.
        inference_url: String = "inferenceUrl",
    }

    /// Text vectorizer of Morph. Needs Weaviate 1.32.6 or 1.33.
    Text2VecMorph = "text2vec-morph" with text {
        /// Name of the model. Default: the server decides.
        model: String = "model",
        /// Base URL of the API. Default: the public address of the provider.
        base_url: String = "baseURL",
        /// Path of the embeddings endpoint. Default: `/v1/embeddings`.
        endpoint: String = "endpoint",
    }

    /// Text vectorizer of NVIDIA. Needs Weaviate 1.28.5 or 1.29.
    Text2VecNvidia = "text2vec-nvidia" with text {
        /// Name of the model. Default: the server decides.
        model: String = "model",
        /// Base URL of the API. Default: the public address of the provider.
        base_url: String = "baseURL",
        /// Truncation of long texts: `NONE`, `START` or `END`. Default: `NONE`.
        truncate: String = "truncate",
    }

    /// Text vectorizer of Ollama, for local models.
    Text2VecOllama = "text2vec-ollama" with text {
        /// URL of the Ollama server, as the Weaviate server reaches it. Default:
        /// `http://localhost:11434`.
        api_endpoint: String = "apiEndpoint",
        /// Name of the model. Default: the server decides.
        model: String = "model",
    }

    /// Text vectorizer of OpenAI and Azure OpenAI.
    Text2VecOpenAi = "text2vec-openai" with text {
        /// Name of the model, such as `text-embedding-3-large`. Default: `text-embedding-3-small`
        /// (Weaviate 1.39).
        model: String = "model",
        /// Version of the model. For legacy models.
        model_version: String = "modelVersion",
        /// Document type: `text` or `code`. For legacy models. Default: `text`.
        kind: String = "type",
        /// Dimensions of the vector. Default: the server or the model decides.
        dimensions: i64 = "dimensions",
        /// Base URL of the API. Default: the public address of the provider.
        base_url: String = "baseURL",
        /// Path of the embeddings endpoint. Default: `/v1/embeddings`.
        endpoint: String = "endpoint",
        /// Name of the Azure OpenAI resource. For Azure, together with the deployment ID.
        resource_name: String = "resourceName",
        /// ID of the Azure OpenAI deployment. For Azure, together with the resource name.
        deployment_id: String = "deploymentId",
        /// Version of the Azure OpenAI API. For Azure.
        api_version: String = "apiVersion",
        /// Selects Azure OpenAI with a custom base URL. Default: off, on with resource name and
        /// deployment ID.
        is_azure: bool = "isAzure",
    }

    /// Text vectorizer with a model in a container beside the server.
    Text2VecTransformers = "text2vec-transformers" with text {
        /// Pooling strategy of the token vectors: `masked_mean` or `cls`. Default: `masked_mean`.
        pooling_strategy: String = "poolingStrategy",
        /// Dimensions of the vector. Default: the server or the model decides.
        dimensions: i64 = "dimensions",
        /// URL of the inference container. Default: the address in the environment of the server.
        inference_url: String = "inferenceUrl",
        /// URL of the inference container for objects, if queries use another one.
        passage_inference_url: String = "passageInferenceUrl",
        /// URL of the inference container for queries, if objects use another one.
        query_inference_url: String = "queryInferenceUrl",
    }

    /// Text vectorizer of Voyage AI.
    Text2VecVoyageAi = "text2vec-voyageai" with text {
        /// Name of the model. Default: the server decides.
        model: String = "model",
        /// Base URL of the API. Default: the public address of the provider.
        base_url: String = "baseURL",
        /// Dimensions of the vector. Default: the server or the model decides.
        dimensions: i64 = "dimensions",
        /// Truncates long texts; otherwise they fail. Default: on.
        truncate: bool = "truncate",
    }

    /// Text vectorizer of Weaviate Embeddings, a service of Weaviate Cloud.
    Text2VecWeaviate = "text2vec-weaviate" with text {
        /// Name of the model. Default: the server decides.
        model: String = "model",
        /// Base URL of the API. Default: the public address of the provider.
        base_url: String = "baseURL",
        /// Dimensions of the vector. Default: the server or the model decides.
        dimensions: i64 = "dimensions",
    }

    /// Text vectorizer of Jina AI with several vectors per text (ColBERT). Needs Weaviate 1.29.9,
    /// 1.30.11, 1.31.5 or 1.32.
    Text2MultiVecJinaAi = "text2multivec-jinaai" | "text2colbert-jinaai" with text {
        /// Name of the model. Default: the server decides.
        model: String = "model",
        /// Base URL of the API. Default: the public address of the provider.
        base_url: String = "baseURL",
        /// Dimensions of the vector. Default: the server or the model decides.
        dimensions: i64 = "dimensions",
    }

    /// Multimodal vectorizer of Jina AI with several vectors per object. Needs Weaviate 1.32.
    Multi2MultiVecJinaAi = "multi2multivec-jinaai" {
        /// Name of the model. Default: the server decides.
        model: String = "model",
        /// Base URL of the API. Default: the public address of the provider.
        base_url: String = "baseURL",
        /// Blob properties with images, with optional weights.
        image_fields: [WeightedField] via weighted = "imageFields",
        /// Text properties, with optional weights.
        text_fields: [WeightedField] via weighted = "textFields",
    }

    /// Multimodal vectorizer of Weaviate Embeddings with several vectors per object. Needs Weaviate
    /// 1.35.
    Multi2MultiVecWeaviate = "multi2multivec-weaviate" {
        /// Name of the model. Default: the server decides.
        model: String = "model",
        /// Base URL of the API. Default: the public address of the provider.
        base_url: String = "baseURL",
        /// Blob properties with images, with optional weights.
        image_fields: [WeightedField] via weighted = "imageFields",
    }

    /// Multimodal vectorizer of AWS: Amazon Bedrock. Needs Weaviate 1.32.6 or 1.33.
    Multi2VecAws = "multi2vec-aws" {
        /// AWS region, such as `eu-west-1`.
        region: String = "region",
        /// Name of the model. Default: the server decides.
        model: String = "model",
        /// Dimensions of the vector. Default: the server or the model decides.
        dimensions: i64 = "dimensions",
        /// Blob properties with images, with optional weights.
        image_fields: [WeightedField] via weighted = "imageFields",
        /// Text properties, with optional weights.
        text_fields: [WeightedField] via weighted = "textFields",
    }

    /// Multimodal vectorizer ImageBind, in a container beside the server.
    Multi2VecBind = "multi2vec-bind" {
        /// Blob properties with audio, with optional weights.
        audio_fields: [WeightedField] via weighted = "audioFields",
        /// Blob properties with depth images, with optional weights.
        depth_fields: [WeightedField] via weighted = "depthFields",
        /// Blob properties with images, with optional weights.
        image_fields: [WeightedField] via weighted = "imageFields",
        /// Blob properties with data of motion sensors (IMU), with optional weights.
        imu_fields: [WeightedField] via weighted = "imuFields",
        /// Text properties, with optional weights.
        text_fields: [WeightedField] via weighted = "textFields",
        /// Blob properties with thermal images, with optional weights.
        thermal_fields: [WeightedField] via weighted = "thermalFields",
        /// Blob properties with videos, with optional weights.
        video_fields: [WeightedField] via weighted = "videoFields",
    }

    /// Multimodal vectorizer CLIP, in a container beside the server.
    Multi2VecClip = "multi2vec-clip" {
        /// URL of the inference container. Default: the address in the environment of the server.
        inference_url: String = "inferenceUrl",
        /// Blob properties with images, with optional weights.
        image_fields: [WeightedField] via weighted = "imageFields",
        /// Text properties, with optional weights.
        text_fields: [WeightedField] via weighted = "textFields",
    }

    /// Multimodal vectorizer of Cohere. Needs Weaviate 1.27.2 or 1.28.
    Multi2VecCohere = "multi2vec-cohere" {
        /// Name of the model. Default: the server decides.
        model: String = "model",
        /// Base URL of the API. Default: the public address of the provider.
        base_url: String = "baseURL",
        /// Dimensions of the vector. Default: the server or the model decides.
        dimensions: i64 = "dimensions",
        /// Truncation of long texts: `NONE`, `START`, `END`, `LEFT` or `RIGHT`. Default: `END`.
        truncate: String = "truncate",
        /// Blob properties with images, with optional weights.
        image_fields: [WeightedField] via weighted = "imageFields",
        /// Text properties, with optional weights.
        text_fields: [WeightedField] via weighted = "textFields",
    }

    /// Multimodal vectorizer of Google: Vertex AI and AI Studio.
    Multi2VecGoogle = "multi2vec-google" | "multi2vec-palm" {
        /// Google Cloud project ID. For Vertex AI.
        project_id: String = "projectId",
        /// Google Cloud location. For Vertex AI. Default: `us-central1`.
        location: String = "location",
        /// Host of the API, without a scheme. Default: `us-central1-aiplatform.googleapis.com`.
        api_endpoint: String = "apiEndpoint",
        /// Name of the model. Default: the server decides.
        model: String = "modelId",
        /// Dimensions of the vector: 128, 256, 512 or 1408. Default: 1408.
        dimensions: i64 = "dimensions",
        /// Length of the video segments that are vectorized, in seconds: 4, 8, 15 or 120. Default:
        /// 120.
        video_interval_seconds: i64 = "videoIntervalSeconds",
        /// Blob properties with audio, with optional weights.
        audio_fields: [WeightedField] via weighted = "audioFields",
        /// Blob properties with images, with optional weights.
        image_fields: [WeightedField] via weighted = "imageFields",
        /// Text properties, with optional weights.
        text_fields: [WeightedField] via weighted = "textFields",
        /// Blob properties with videos, with optional weights.
        video_fields: [WeightedField] via weighted = "videoFields",
    }

    /// Multimodal vectorizer of Jina AI. Needs Weaviate 1.27.5 or 1.28.
    Multi2VecJinaAi = "multi2vec-jinaai" {
        /// Name of the model. Default: the server decides.
        model: String = "model",
        /// Base URL of the API. Default: the public address of the provider.
        base_url: String = "baseURL",
        /// Dimensions of the vector. Default: the server or the model decides.
        dimensions: i64 = "dimensions",
        /// Blob properties with images, with optional weights.
        image_fields: [WeightedField] via weighted = "imageFields",
        /// Text properties, with optional weights.
        text_fields: [WeightedField] via weighted = "textFields",
    }

    /// Multimodal vectorizer of NVIDIA. Needs Weaviate 1.28.5 or 1.29.
    Multi2VecNvidia = "multi2vec-nvidia" {
        /// Name of the model. Default: the server decides.
        model: String = "model",
        /// Base URL of the API. Default: the public address of the provider.
        base_url: String = "baseURL",
        /// Blob properties with images, with optional weights.
        image_fields: [WeightedField] via weighted = "imageFields",
        /// Text properties, with optional weights.
        text_fields: [WeightedField] via weighted = "textFields",
    }

    /// Multimodal vectorizer of TwelveLabs. Needs Weaviate 1.38.9 or 1.39.
    Multi2VecTwelveLabs = "multi2vec-twelvelabs" {
        /// Name of the model. Default: the server decides.
        model: String = "model",
        /// Base URL of the API. Default: the public address of the provider.
        base_url: String = "baseURL",
        /// Blob properties with images, with optional weights.
        image_fields: [WeightedField] via weighted = "imageFields",
        /// Text properties, with optional weights.
        text_fields: [WeightedField] via weighted = "textFields",
    }

    /// Multimodal vectorizer of Voyage AI. Needs Weaviate 1.27.8 or 1.28.
    Multi2VecVoyageAi = "multi2vec-voyageai" {
        /// Name of the model. Default: the server decides.
        model: String = "model",
        /// Base URL of the API. Default: the public address of the provider.
        base_url: String = "baseURL",
        /// Dimensions of the vector. Default: the server or the model decides.
        dimensions: i64 = "dimensions",
        /// Truncates long texts; otherwise they fail. Default: on.
        truncate: bool = "truncate",
        /// Blob properties with images, with optional weights.
        image_fields: [WeightedField] via weighted = "imageFields",
        /// Text properties, with optional weights.
        text_fields: [WeightedField] via weighted = "textFields",
        /// Blob properties with videos, with optional weights.
        video_fields: [WeightedField] via weighted = "videoFields",
    }

    /// Image vectorizer with a model in a container beside the server.
    Img2VecNeural = "img2vec-neural" {
        /// Blob properties with images.
        image_fields: [String] = "imageFields",
    }

    /// Vectorizer that averages the vectors of referenced objects (centroid).
    Ref2VecCentroid = "ref2vec-centroid" {
        /// Reference properties whose targets are averaged. Required.
        reference_properties: [String] = "referenceProperties",
        /// Aggregation of the vectors. Only `mean`, the default.
        method: String = "method",
    }
}

settings! {
    /// Options of the Hugging Face inference API.
    HuggingFaceOptions {
        /// Waits for a model that is being loaded, instead of failing. Default: off.
        wait_for_model: bool = "waitForModel",
        /// Runs the inference on a GPU. Default: off.
        use_gpu: bool = "useGPU",
        /// Uses the cache of the inference API. Default: on.
        use_cache: bool = "useCache",
    }
}

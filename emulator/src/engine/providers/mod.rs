//! Answers in the place of model providers, which are never called.

pub(crate) mod fault;
pub(crate) mod generate;
mod keys;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::runtime::{Handle, RuntimeFlavor};

use crate::config::Models;
use crate::engine::named_vector::NamedVector;
use crate::engine::schema::{Media, Vectorizer, makes_multi_vectors};
use fault::ProviderFault;
pub(crate) use keys::{NO_KEYS, ProviderKeys};

/// A text with these words fails, as if the provider had refused it.
const PROVOCATION: &str = "provoke error";

/// Answers to the calls that one request makes to providers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Providers<'a> {
    pub(crate) models: &'a Models,
    pub(crate) keys: &'a ProviderKeys,
    pub(crate) asked: &'a Asked,
}

/// Texts that a module makes vectors of.
type Question = (String, Vec<String>);

/// One vector for each of the texts.
type Answer = Result<Vec<Vec<f32>>, ProviderFault>;

/// Module, and the prompt that it answers with a text.
type Prompt = (String, String);

/// Answers of the user's functions to one request.
///
/// A function may take its time, and meanwhile other requests want the data. So none is called while the data is locked:
/// a question without an answer is noted, and the request is tried again once there are answers.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    vectors: Answers<Question, Vec<Vec<f32>>>,
    texts: Answers<Prompt, String>,
}

/// The questions to one kind of function, with and without an answer.
#[derive(Debug)]
struct Answers<Q, A> {
    known: RefCell<BTreeMap<Q, Result<A, ProviderFault>>>,
    open: RefCell<BTreeSet<Q>>,
}

impl<Q, A> Default for Answers<Q, A> {
    fn default() -> Self {
        Self { known: RefCell::default(), open: RefCell::default() }
    }
}

impl<Q: Ord, A: Clone> Answers<Q, A> {
    /// The answer to a question about a module, which is open if there is none yet.
    fn to(&self, question: Q, module: &str) -> Result<A, ProviderFault> {
        if let Some(answer) = self.known.borrow().get(&question) {
            return answer.clone();
        }
        self.open.borrow_mut().insert(question);
        Err(ProviderFault::Unasked(module.to_owned()))
    }

    /// Answers the open questions. `false` if there are none.
    fn answer(&self, ask: impl Fn(&Q) -> Result<A, ProviderFault>) -> bool {
        let open = self.open.take();
        let any = !open.is_empty();
        for question in open {
            let answer = ask(&question);
            self.known.borrow_mut().insert(question, answer);
        }
        any
    }
}

impl Asked {
    /// Returns whether a question is open, so that what was found is not the answer to the request.
    pub(crate) fn is_open(&self) -> bool {
        !self.vectors.open.borrow().is_empty() || !self.texts.open.borrow().is_empty()
    }

    /// Calls the functions that the open questions are for. `false` if there are none.
    pub(crate) fn answer(&self, models: &Models) -> bool {
        let vectors = self.vectors.answer(|question| ask(models, question));
        let texts = self.texts.answer(|prompt| generate::ask(models, prompt));
        vectors || texts
    }
}

/// Input of one vector: a text, or a medium in base64.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProviderInput {
    pub(crate) text: String,
    pub(crate) media: Option<Media>,
}

impl ProviderInput {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), media: None }
    }

    /// The text that the stand-in reads, which of a medium is the one within.
    fn content(&self) -> String {
        if self.media.is_none() {
            return self.text.clone();
        }
        let base64 = self.text.split_once("base64,").map_or(self.text.as_str(), |(_, base64)| base64);
        STANDARD.decode(base64).map_or_else(|_| self.text.clone(), |bytes| bytes.into_iter().map(char::from).collect())
    }
}

impl Providers<'_> {
    /// Returns whether anything makes vectors for the module.
    pub(crate) fn answer_for(&self, module: &str) -> bool {
        self.models.offline || self.models.functions.contains_key(module)
    }

    /// One vector for each input.
    pub(crate) fn embed(
        &self,
        vectorizer: &Vectorizer,
        inputs: &[ProviderInput],
    ) -> Result<Vec<NamedVector>, ProviderFault> {
        let Vectorizer { module, address, .. } = vectorizer;
        let function = self.models.functions.get(module);
        if function.is_none() {
            if !self.models.offline {
                return Err(ProviderFault::NoStandIn(module.clone()));
            }
            self.keys.check(module)?;
        }
        if self.models.unreachable.contains(address) {
            return Err(ProviderFault::Unreachable { module: module.clone(), address: address.clone() });
        }
        if inputs.is_empty() {
            return Err(ProviderFault::Empty);
        }
        if function.is_some() {
            let texts = inputs.iter().map(|input| input.text.clone()).collect();
            let vectors = self.asked.vectors.to((module.clone(), texts), module)?;
            return Ok(vectors.into_iter().map(NamedVector::Single).collect());
        }
        let contents: Vec<String> = inputs.iter().map(ProviderInput::content).collect();
        if contents.iter().any(|content| content.contains(PROVOCATION)) {
            return Err(ProviderFault::Refused { module: module.clone(), status: 500, text: "provoked".to_owned() });
        }
        Ok(contents.iter().map(|content| stand_in(module, content)).collect())
    }
}

/// Asks the function for a module, and checks what it gives.
fn ask(models: &Models, (module, texts): &Question) -> Answer {
    let function = models.functions.get(module).ok_or_else(|| ProviderFault::NoStandIn(module.clone()))?;
    let vectors = call(module, || function(texts))?;
    if vectors.len() != texts.len() {
        return Err(ProviderFault::Count { module: module.clone(), texts: texts.len(), vectors: vectors.len() });
    }
    let fault = |vector: &Vec<f32>| match vector.as_slice() {
        [] => Some("an empty vector"),
        numbers => numbers.iter().any(|number| !number.is_finite()).then_some("a number that is not finite"),
    };
    match vectors.iter().enumerate().find_map(|(place, vector)| Some((place, fault(vector)?))) {
        Some((place, what)) => Err(ProviderFault::Vector { module: module.clone(), place, what }),
        None => Ok(vectors),
    }
}

/// Calls a function of the user's, on a thread of its own: it may block, and it may panic.
fn call<T: Send>(
    module: &str,
    function: impl FnOnce() -> Result<T, Box<dyn Error + Send + Sync>> + Send,
) -> Result<T, ProviderFault> {
    let refused = |text: String| ProviderFault::Refused { module: module.to_owned(), status: 400, text };
    waiting(|| {
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().name("provider".to_owned());
            let thread = thread.spawn_scoped(scope, function);
            match thread.map(std::thread::ScopedJoinHandle::join) {
                Ok(Ok(result)) => result.map_err(|error| refused(error.to_string())),
                Ok(Err(_)) => Err(ProviderFault::Panicked),
                Err(error) => Err(refused(error.to_string())),
            }
        })
    })
}

/// Waits on a thread of the runtime, which hands the tasks that wait for this thread to another one first. A runtime
/// with one thread has no other.
fn waiting<T>(wait: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(wait),
        _ => wait(),
    }
}

/// The rule's vector of a text: a count of letters, or one for each word where the module makes several vectors.
fn stand_in(module: &str, text: &str) -> NamedVector {
    if makes_multi_vectors(module) {
        return NamedVector::Multi(text.split_whitespace().map(counts).collect());
    }
    NamedVector::Single(counts(text))
}

/// Counts the letters among a–f, g–m, n–r and s–z.
fn counts(text: &str) -> Vec<f32> {
    let mut counts = vec![0.0; 4];
    for letter in text.bytes() {
        let place = match letter.to_ascii_lowercase() {
            b'a'..=b'f' => 0,
            b'g'..=b'm' => 1,
            b'n'..=b'r' => 2,
            b's'..=b'z' => 3,
            _ => continue,
        };
        if let Some(count) = counts.get_mut(place) {
            *count += 1.0;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::config::Embeddings;
    use crate::engine::schema::VectorInput;

    fn vectorizer(module: &str) -> Vectorizer {
        Vectorizer {
            module: module.to_owned(),
            input: VectorInput::Fields(Vec::new()),
            address: "http://x:1".to_owned(),
        }
    }

    fn embed(models: &Models, module: &str, texts: &[&str]) -> Result<Vec<NamedVector>, ProviderFault> {
        let inputs: Vec<ProviderInput> = texts.iter().copied().map(ProviderInput::text).collect();
        let asked = Asked::default();
        let providers = Providers { models, keys: &ProviderKeys::default(), asked: &asked };
        let embed = || providers.embed(&vectorizer(module), &inputs);
        let first = embed();
        if asked.answer(models) { embed() } else { first }
    }

    fn with_function<E: Embeddings>(function: impl Fn(&[String]) -> E + Send + Sync + 'static) -> Models {
        let mut models = Models::default();
        models.functions.insert("text2vec-openai".to_owned(), Arc::new(move |texts| function(texts).into_result()));
        models
    }

    #[test]
    fn letters_are_counted_in_four_parts_of_the_alphabet() {
        let models = Models { offline: true, ..Models::default() };
        let found = embed(&models, "text2vec-ollama", &["The quick brown fox", "é1"]).unwrap();
        assert_eq!(found, [NamedVector::Single(vec![4.0, 3.0, 5.0, 4.0]), NamedVector::Single(vec![0.0; 4])]);
        let rows = embed(&models, "text2multivec-weaviate", &["ab z"]).unwrap();
        assert_eq!(rows, [NamedVector::Multi(vec![vec![2.0, 0.0, 0.0, 0.0], vec![0.0, 0.0, 0.0, 1.0]])]);
    }

    #[test]
    fn a_medium_is_read_as_the_text_within() {
        let image = |text: &str| ProviderInput { text: text.to_owned(), media: Some(Media::Image) };
        for text in ["Zm94ZXM=", "data:image/png;base64,Zm94ZXM="] {
            assert_eq!(image(text).content(), "foxes");
        }
        assert_eq!(image("no base64!").content(), "no base64!");
    }

    #[test]
    fn functions_may_fail_and_panic() {
        let counted = with_function(|texts| vec![vec![1.0]; texts.len()]);
        assert_eq!(embed(&counted, "text2vec-openai", &["a", "b"]).unwrap().len(), 2);
        assert!(embed(&counted, "text2vec-cohere", &["a"]).unwrap_err().to_string().contains("text2vec-cohere"));
        let failing = with_function(|_| Err("no model today"));
        let fault = embed(&failing, "text2vec-openai", &["a"]).unwrap_err().to_string();
        assert_eq!(fault, "connection to: OpenAI API failed with status: 400 error: no model today");
        let panicking = with_function(|texts| -> Vec<Vec<f32>> { panic!("{texts:?}") });
        assert!(embed(&panicking, "text2vec-openai", &["a"]).unwrap_err().to_string().contains("panicked"));
        let short = with_function(|_| Vec::new());
        assert!(embed(&short, "text2vec-openai", &["a"]).unwrap_err().to_string().contains("0 vectors for 1 texts"));
        for (vector, what) in [(vec![], "an empty vector"), (vec![1.0, f32::NAN], "a number that is not finite")] {
            let odd = with_function(move |_| vec![vec![1.0], vector.clone()]);
            let fault = embed(&odd, "text2vec-openai", &["a", "b"]).unwrap_err().to_string();
            assert!(fault.contains(&format!("text2vec-openai gave {what} for text 1")), "{fault}");
        }
    }

    #[test]
    fn a_provider_may_be_out_of_reach_or_want_a_key() {
        let models = Models { offline: true, unreachable: ["http://x:1".to_owned()].into(), ..Models::default() };
        let fault = embed(&models, "text2vec-ollama", &["a"]).unwrap_err().to_string();
        assert!(fault.contains("dial tcp x:1: connect: connection refused"), "{fault}");
        assert!(embed(&models, "text2vec-jinaai", &["a"]).unwrap_err().to_string().contains("X-Jinaai-Api-Key"));
    }
}

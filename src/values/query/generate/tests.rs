//! Tests of the rule of placeholders.

use super::providers::{self, ROWS};
use super::{GenerativeProvider, check_task, placeholders};

#[test]
fn only_names_in_braces_are_placeholders() {
    for (prompt, names) in [
        ("Say hello", &[][..]),
        ("Sum up {title} and {body_2}", &["title", "body_2"]),
        ("{{title}}", &["title"]),
        (r#"Answer as {"summary": "…", "of": {title}}"#, &["title"]),
        ("{größe} {a-b} {1.}", &[]),
    ] {
        assert_eq!(placeholders(prompt).unwrap(), names, "{prompt}");
    }
}

#[test]
fn braces_that_the_server_would_refuse_or_leave_are_refused() {
    for (prompt, says) in [
        ("Sum up {title", "a `{` without `}`"),
        ("Sum up title}", "a `}` without `{`"),
        ("{a}}{", "a `}` without `{`"),
        ("Sum up {}", "empty braces"),
        ("Sum up { }", "empty braces"),
        ("Sum up { title }", "spaces in the placeholder `{ title }`"),
        ("Sum up {the title}", "spaces in the placeholder `{the title}`"),
        ("Sum up {author.name}", "the nested property `author.name`"),
    ] {
        let fault = placeholders(prompt).unwrap_err();
        assert!(fault.contains(says), "{prompt}: {fault}");
    }
}

#[test]
fn a_task_has_no_placeholders() {
    for task in ["Compare {title}", "Compare {title} {", "} {{title}}"] {
        assert!(check_task(task).unwrap_err().contains("takes the braces of `{title}` away"));
    }
    for task in ["{}", "{ title }", "{a b}", "{a.b}"] {
        assert!(check_task(task).unwrap_err().contains("takes the braces of"), "{task}");
    }
    for fine in ["Compare them", r#"Answer as {"best": 1}"#, "an open {"] {
        assert_eq!(check_task(fine), Ok(()), "{fine}");
    }
}

#[test]
fn image_properties_are_found_wherever_a_provider_has_some() {
    let names = || ["photo"];
    let all: [GenerativeProvider; 7] = [
        providers::Anthropic::new().image_properties(names()).into(),
        providers::Aws::new().image_properties(names()).into(),
        providers::Cohere::new().image_properties(names()).into(),
        providers::Google::new().image_properties(names()).into(),
        providers::Ollama::new().image_properties(names()).into(),
        providers::OpenAi::new().image_properties(names()).into(),
        providers::Xai::new().image_properties(names()).into(),
    ];
    let with_images = ROWS.iter().filter(|row| row.options.iter().any(|[name, ..]| *name == "image_properties"));
    assert_eq!(with_images.count(), all.len());
    assert!(all.iter().all(|provider| provider.image_properties() == ["photo"]));
    assert!(GenerativeProvider::from(providers::Mistral::new()).image_properties().is_empty());
}

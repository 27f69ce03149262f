//! Placeholders of prompts, by the rule of the server.

use crate::values::property_names;

/// Returns the names of the properties between the braces of a prompt.
///
/// The server takes letters, digits, `_` and spaces between braces for a name, and leaves other braces
/// as they are. What it would refuse or leave in the prompt unfilled is an error here.
pub(crate) fn placeholders(prompt: &str) -> Result<Vec<&str>, String> {
    let mut names = Vec::new();
    let mut depth = 0_usize;
    // Behind the innermost open brace, as long as none was closed since.
    let mut open = None;
    for (at, brace) in prompt.match_indices(['{', '}']) {
        if brace == "{" {
            depth += 1;
            open = Some(at + 1);
            continue;
        }
        depth = depth.checked_sub(1).ok_or_else(|| unbalanced("}", "{"))?;
        if let Some(inside) = open.take().and_then(|start| prompt.get(start..at))
            && let Some(name) = name(inside)?
        {
            names.push(name);
        }
    }
    if depth > 0 {
        return Err(unbalanced("{", "}"));
    }
    Ok(names)
}

/// Refuses placeholders in a task: the server would take the braces away and fill nothing in.
pub(crate) fn check_task(task: &str) -> Result<(), String> {
    let inside_braces = task.split('{').skip(1).filter_map(|text| text.split_once('}')).map(|(inside, _)| inside);
    for inside in inside_braces {
        if name(inside) != Ok(None) {
            return Err(format!(
                "a grouped task has no placeholders, and the server takes the braces of `{{{}}}` away; choose the \
                 properties with `GroupedTask::properties`, or use `Generate::single` for a prompt about each object",
                property_names::shown(inside)
            ));
        }
    }
    Ok(())
}

fn unbalanced(brace: &str, missing: &str) -> String {
    format!("has a `{brace}` without `{missing}`; placeholders are names of properties in braces, such as `{{title}}`")
}

/// Returns the name if the text between braces is a placeholder.
fn name(inside: &str) -> Result<Option<&str>, String> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let trimmed = inside.trim_ascii();
    if trimmed.is_empty() {
        return Err("has empty braces; write the name of a property in them, such as `{title}`".to_owned());
    }
    let shown = property_names::shown(trimmed);
    if trimmed.contains('.') && trimmed.split('.').all(|part| !part.is_empty() && part.chars().all(is_word)) {
        return Err(format!("names the nested property `{shown}`, which the server does not fill in"));
    }
    if !inside.chars().all(|c| is_word(c) || c.is_ascii_whitespace()) {
        return Ok(None);
    }
    if trimmed != inside || !trimmed.chars().all(is_word) {
        return Err(format!(
            "has spaces in the placeholder `{{{}}}`, which the server takes for a part of the name",
            property_names::shown(inside)
        ));
    }
    Ok(Some(trimmed))
}

//! Conversion of proto files to canonical form: without comments, in one layout, with the import
//! paths of `specs/proto`.
//!
//! The conversion fails unless the result compiles to the same descriptors as the input.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use prost_types::FileDescriptorSet;
use protox::file::{ChainFileResolver, File, FileResolver, GoogleFileResolver};

use super::prose;

/// Text of proto files by import path.
pub type ProtoFiles = BTreeMap<String, String>;

/// Import prefix of the upstream files.
const UPSTREAM: &str = "v1/";
/// Import prefix of the files in `specs/proto`.
const CANONICAL: &str = "weaviate/v1/";

/// Converts upstream files (`v1/x.proto`) to canonical ones (`weaviate/v1/x.proto`). Returns them
/// with their descriptors.
pub fn canonical(upstream: &ProtoFiles) -> Result<(ProtoFiles, FileDescriptorSet)> {
    for (name, text) in upstream {
        tokens(text).map_err(|error| anyhow!("{name}:{error}"))?;
    }
    let mut expected = compile_with_positions(upstream)?;
    let told = prose::told_in_comments(&expected, upstream)?;
    for file in &mut expected.file {
        file.source_code_info = None;
    }
    let mut canonical = upstream
        .iter()
        .map(|(name, text)| Ok((rename(name)?, format(text).with_context(|| name.clone())?)))
        .collect::<Result<ProtoFiles>>()?;
    let actual = compile(&canonical).context("the canonical form of the proto files does not compile")?;
    ensure!(
        actual == renamed(expected)?,
        "the canonical proto files compile to other descriptors than the upstream files; this is a bug in codegen/src/sync/proto.rs"
    );
    let told = told.into_iter().map(|(name, paths)| Ok((rename(&name)?, paths))).collect::<Result<prose::Told>>()?;
    if told.is_empty() {
        return Ok((canonical, actual));
    }
    prose::mark(&mut canonical, &told)?;
    for (name, text) in &mut canonical {
        *text = format(text).with_context(|| name.clone())?;
    }
    let marked = compile(&canonical).context("the deprecations that comments tell cannot be marked")?;
    Ok((canonical, marked))
}

/// Reads the canonical files in the import root `folder`.
pub fn read(folder: &Path) -> Result<ProtoFiles> {
    let own = folder.join(CANONICAL);
    let mut files = ProtoFiles::new();
    for entry in fs::read_dir(&own).with_context(|| format!("cannot read {}", own.display()))? {
        let path = entry.with_context(|| format!("cannot read {}", own.display()))?.path();
        if path.extension().is_some_and(|ending| ending == "proto") {
            let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.insert(format!("{CANONICAL}{name}"), text);
        }
    }
    ensure!(!files.is_empty(), "{}: no proto files", own.display());
    Ok(files)
}

/// Compiles all files. Errors name file, line and column.
pub fn compile(files: &ProtoFiles) -> Result<FileDescriptorSet> {
    compile_files(files, false)
}

/// Compiles all files, with the positions and comments of all statements.
pub fn compile_with_positions(files: &ProtoFiles) -> Result<FileDescriptorSet> {
    compile_files(files, true)
}

fn compile_files(files: &ProtoFiles, positions: bool) -> Result<FileDescriptorSet> {
    let mut resolver = ChainFileResolver::new();
    resolver.add(InMemory(files.clone()));
    resolver.add(GoogleFileResolver::new());
    let mut compiler = protox::Compiler::with_file_resolver(resolver);
    compiler.include_imports(true).include_source_info(positions);
    for name in files.keys() {
        // Only the `Debug` form of this error has the line and column.
        compiler.open_file(name).map_err(|error| anyhow!("{error:?}"))?;
    }
    let mut set = compiler.file_descriptor_set();
    set.file.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(set)
}

struct InMemory(ProtoFiles);

impl FileResolver for InMemory {
    fn resolve_path(&self, path: &Path) -> Option<String> {
        path.to_str().map(str::to_owned)
    }

    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        match self.0.get(name) {
            // protoc reads files with a byte order mark, protox does not.
            Some(text) => File::from_source(name, text.trim_start_matches('\u{feff}')),
            None => Err(protox::Error::file_not_found(name)),
        }
    }
}

fn rename(name: &str) -> Result<String> {
    match name.strip_prefix(UPSTREAM) {
        Some(rest) => Ok(format!("{CANONICAL}{rest}")),
        None => bail!("{name}: the import path of a proto file must start with {UPSTREAM}"),
    }
}

/// Returns the descriptors with canonical file names.
fn renamed(mut set: FileDescriptorSet) -> Result<FileDescriptorSet> {
    for file in &mut set.file {
        for name in file.dependency.iter_mut().chain(&mut file.name) {
            if !name.starts_with("google/") {
                *name = rename(name)?;
            }
        }
    }
    set.file.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(set)
}

/// Formats a file: one statement per line, two spaces per level, a blank line before each block and
/// between groups of top-level statements.
fn format(text: &str) -> Result<String> {
    let tokens = tokens(text)?;
    let mut out = String::new();
    let mut line = Line::default();
    let mut depth = 0_usize;
    let mut brackets = 0_usize;
    let mut previous = String::new();
    for token in tokens {
        match token {
            // Drops empty statements.
            ";" if line.is_empty() => {}
            ";" | "{" if brackets == 0 => {
                let first = line.first().to_owned();
                let block = token == "{";
                let opens_group = depth == 0 && first != previous;
                if !out.is_empty() && !out.ends_with("{\n") && (block || previous == "}" || opens_group) {
                    out.push('\n');
                }
                let text = rewrite_import(line.take());
                out.push_str(&"  ".repeat(depth));
                out.push_str(&text);
                out.push_str(if block { " {\n" } else { ";\n" });
                depth += usize::from(block);
                previous = first;
            }
            "}" if brackets == 0 => {
                depth = depth.checked_sub(1).context("unmatched closing brace")?;
                if out.ends_with("{\n") {
                    out.pop();
                } else {
                    out.push_str(&"  ".repeat(depth));
                }
                out.push_str("}\n");
                "}".clone_into(&mut previous);
            }
            _ => {
                match token {
                    "[" | "(" => brackets += 1,
                    "]" | ")" => brackets = brackets.saturating_sub(1),
                    _ => {}
                }
                line.push(token);
            }
        }
    }
    ensure!(line.is_empty() && depth == 0, "unexpected end of file in a declaration");
    Ok(out)
}

fn rewrite_import(statement: String) -> String {
    if statement.starts_with("import ") {
        statement.replacen(&format!("\"{UPSTREAM}"), &format!("\"{CANONICAL}"), 1)
    } else {
        statement
    }
}

/// Statement under construction. `push` adds a token with the usual spacing of proto files.
#[derive(Default)]
struct Line {
    text: String,
    glue: bool,
}

impl Line {
    fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    fn first(&self) -> &str {
        self.text.split(' ').next().unwrap_or_default()
    }

    fn push(&mut self, token: &str) {
        let closes = matches!(token, "," | ")" | "]" | ">" | "<");
        // No space in `rpc Search(..)`, but one in `returns (..)` and `option (name)`.
        let call = token == "(" && self.text.starts_with("rpc ") && !self.text.ends_with("returns");
        if !self.is_empty() && !self.glue && !closes && !call {
            self.text.push(' ');
        }
        self.text.push_str(token);
        self.glue = matches!(token, "(" | "[" | "<" | "-");
    }

    fn take(&mut self) -> String {
        self.glue = false;
        std::mem::take(&mut self.text)
    }
}

/// Splits the text into words, strings and single punctuation characters. Drops comments and white
/// space. Errors begin with the line.
fn tokens(text: &str) -> Result<Vec<&str>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if let Some((_, after)) = prose::split_comment(rest) {
            rest = after.trim_start();
            continue;
        } else if rest.starts_with("/*") {
            return Err(unterminated(text, rest, "comment"));
        } else if first == '"' || first == '\'' {
            string_length(rest, first).ok_or_else(|| unterminated(text, rest, "string"))?
        } else if is_word(first) {
            rest.find(|letter| !is_word(letter)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (token, after) = rest.split_at(length);
        tokens.push(token);
        rest = after.trim_start();
    }
    Ok(tokens)
}

/// Returns the error about something that begins with `rest`, the end of the text.
fn unterminated(text: &str, rest: &str, what: &str) -> anyhow::Error {
    let line =
        text.len().checked_sub(rest.len()).and_then(|at| text.get(..at)).unwrap_or_default().matches('\n').count();
    anyhow!("{}: this {what} has no end; protoc refuses the file as well, so correct it upstream", line + 1)
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_' || letter == '.'
}

/// Returns the length in bytes of the string literal at the start, including its quotes.
fn string_length(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (index, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if letter == quote => return Some(index + letter.len_utf8()),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(text: &str) -> ProtoFiles {
        [("v1/x.proto".to_owned(), text.to_owned())].into()
    }

    const HEAD: &str = "syntax = \"proto3\"; package weaviate.v1;";

    #[test]
    fn upstream_formatting_does_not_change_the_canonical_form() -> Result<()> {
        let text = r#"// Copyright
            syntax = "proto3";
            package weaviate.v1;
            import "google/protobuf/struct.proto"; import "v1/y.proto";

            option go_package = "a//b;c"; /* not a
            comment of the contract */
            message Empty{}
            message M { ; string a = 1 ;
              // about b
              repeated Inner b=2 [ deprecated=true , json_name = "say \"b\"" ];
              map < string , int32 > c = 3; oneof kind { Empty d = 4; }
              message Inner { reserved 1, 3 to 5; reserved "x"; optional google.protobuf.Struct e = 2; }
            }
            enum E { option allow_alias = true; ZERO = 0; ALSO_ZERO = 0; LESS = -1; }
            service S { rpc R (stream M) returns(Empty); }"#;
        let expected = r#"syntax = "proto3";

package weaviate.v1;

import "google/protobuf/struct.proto";
import "weaviate/v1/y.proto";

option go_package = "a//b;c";

message Empty {}

message M {
  string a = 1;
  repeated Inner b = 2 [deprecated = true, json_name = "say \"b\""];
  map<string, int32> c = 3;

  oneof kind {
    Empty d = 4;
  }

  message Inner {
    reserved 1, 3 to 5;
    reserved "x";
    optional google.protobuf.Struct e = 2;
  }
}

enum E {
  option allow_alias = true;
  ZERO = 0;
  ALSO_ZERO = 0;
  LESS = -1;
}

service S {
  rpc R(stream M) returns (Empty);
}
"#;
        let mut input = files(text);
        input.insert("v1/y.proto".to_owned(), HEAD.to_owned());
        let (canonical, _) = canonical(&input)?;
        assert_eq!(canonical.get("weaviate/v1/x.proto").map(String::as_str), Some(expected));
        assert_eq!(format(expected)?, expected, "formatting is idempotent");
        Ok(())
    }

    #[test]
    fn a_compile_error_names_file_line_and_column() {
        for (text, place) in [
            ("syntax = \"proto3\";\nmessage M {\n  strin a = 1;\n}", "v1/x.proto:3:3: "),
            ("syntax = \"proto3\";\nmessage M {\n  string a 1;\n}", "v1/x.proto:3:12: "),
            ("syntax = \"proto3\";\nimport \"v1/gone.proto\";", "v1/x.proto:2:1: "),
            (
                "syntax = \"proto3\";\n\nmessage M {} /* */ /* never\n",
                "v1/x.proto:3: this comment has no end; protoc refuses",
            ),
            ("syntax = \"proto3\";\nimport \"v1/gone", "v1/x.proto:2: this string has no end; protoc refuses the file"),
        ] {
            let message = canonical(&files(text)).err().map(|error| format!("{error:#}")).unwrap_or_default();
            assert!(message.starts_with(place), "{message}");
        }
    }

    #[test]
    fn a_file_outside_the_upstream_folder_is_refused() {
        let input = [("v2/x.proto".to_owned(), HEAD.to_owned())].into();
        assert!(canonical(&input).is_err());
    }

    #[test]
    fn the_committed_files_are_canonical() -> Result<()> {
        let files = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs/proto"))?;
        compile(&files)?;
        for (name, text) in files {
            assert_eq!(format(&text)?, text, "{name}");
        }
        Ok(())
    }

    /// Upstream's files have comments, the shared ones have none. Both give the same `specs/`.
    #[test]
    fn comments_and_white_space_anywhere_do_not_change_the_committed_files() -> Result<()> {
        let committed = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs/proto"))?;
        let between = ["/* a; } \" */", " // b { ' \r\n", "\t \r\n", "/** c\r\n * ] */ "];
        for shift in 0..between.len() {
            let mut upstream = ProtoFiles::new();
            for (name, text) in &committed {
                let mut sprinkled = "\u{feff}// Copyright\r\n".to_owned();
                for (at, token) in tokens(text)?.into_iter().enumerate() {
                    sprinkled.push_str(&token.replacen(&format!("\"{CANONICAL}"), &format!("\"{UPSTREAM}"), 1));
                    sprinkled.push_str(between.get((at + shift) % between.len()).copied().unwrap_or_default());
                }
                upstream.insert(name.replacen(CANONICAL, UPSTREAM, 1), sprinkled);
            }
            assert_eq!(canonical(&upstream)?.0, committed);
        }
        Ok(())
    }
}

//! Documents of limited length: long lists are folded to their first lines and a count.

use super::spans::escaped;

/// Longest document that is not folded further.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Number of lines.
    pub lines: usize,
    /// Number of bytes.
    pub bytes: usize,
}

/// Markdown document, as blocks with a blank line between them.
#[derive(Debug, Default)]
pub struct Document {
    blocks: Vec<Block>,
}

#[derive(Debug)]
enum Block {
    /// Headings and paragraphs. They are never folded.
    Text(String),
    /// Items of a list, folded after the first ones.
    List(Vec<String>),
    /// Lines of a code block, folded after the first ones.
    Code { language: &'static str, lines: Vec<String> },
    /// Lines of a code block, folded before the last ones.
    Log(Vec<String>),
}

impl Document {
    /// Adds a heading.
    pub fn heading(&mut self, level: usize, title: &str) {
        self.blocks.push(Block::Text(format!("{} {title}", "#".repeat(level))));
    }

    /// Adds a paragraph.
    pub fn paragraph(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Text(text.into()));
    }

    /// Adds a list of single-line items. An empty list adds nothing.
    pub fn list(&mut self, items: impl IntoIterator<Item = String>) {
        let items: Vec<String> = items.into_iter().collect();
        if !items.is_empty() {
            self.blocks.push(Block::List(items));
        }
    }

    /// Adds a code block.
    pub fn code(&mut self, language: &'static str, text: &str) {
        self.blocks.push(Block::Code { language, lines: lines(text) });
    }

    /// Adds the output of a command as a code block. Its last lines matter most.
    pub fn log(&mut self, text: &str) {
        self.blocks.push(Block::Log(lines(text)));
    }

    /// Renders the whole document.
    pub fn render(&self) -> String {
        self.folded(usize::MAX)
    }

    /// Renders the document within the limits. All lists keep the same number of lines, except for
    /// those that have fewer.
    pub fn render_within(&self, limits: Limits) -> String {
        let fits = |kept: usize| {
            let text = self.folded(kept);
            text.lines().count() <= limits.lines && text.len() <= limits.bytes
        };
        let candidates: Vec<usize> = (0..=self.blocks.iter().map(Block::len).max().unwrap_or_default()).collect();
        let fitting = candidates.partition_point(|kept| fits(*kept));
        self.folded(fitting.saturating_sub(1))
    }

    fn folded(&self, kept: usize) -> String {
        let blocks: Vec<String> = self.blocks.iter().map(|block| block.folded(kept)).collect();
        blocks.join("\n\n") + "\n"
    }
}

impl Block {
    /// Returns the number of lines that can be folded.
    fn len(&self) -> usize {
        match self {
            Self::Text(_) => 0,
            Self::List(lines) | Self::Code { lines, .. } | Self::Log(lines) => lines.len(),
        }
    }

    fn folded(&self, kept: usize) -> String {
        let rest = self.len().saturating_sub(kept);
        let more = (rest > 0).then(|| format!("… and {rest} more"));
        match self {
            Self::Text(text) => text.clone(),
            Self::List(items) => {
                let items = items.iter().take(kept).chain(more.as_ref());
                items.map(|item| format!("- {item}")).collect::<Vec<_>>().join("\n")
            }
            Self::Code { language, lines } => fenced(language, lines.iter().take(kept).chain(more.as_ref())),
            Self::Log(lines) => {
                let more = more.map(|_| format!("… {rest} lines before"));
                fenced("", more.as_ref().into_iter().chain(lines.iter().skip(rest)))
            }
        }
    }
}

/// Returns the lines in a fence that none of them closes.
fn fenced<'a>(language: &str, lines: impl Iterator<Item = &'a String>) -> String {
    let body = lines.map(String::as_str).collect::<Vec<_>>().join("\n");
    let longest = body.split(|character| character != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{body}\n{fence}")
}

/// Longest line of a code block, in characters.
const MAX_LINE: usize = 600;

/// Splits a text into lines that are safe to show, each cut off at a limit.
fn lines(text: &str) -> Vec<String> {
    let line = |line: &str| {
        let visible: String =
            line.trim_end().replace('\t', "    ").chars().filter(|shown| !shown.is_control()).collect();
        escaped(&visible, MAX_LINE)
    };
    text.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: Limits = Limits { lines: 300, bytes: 60_000 };

    fn items(count: usize, name: &str) -> Vec<String> {
        (0..count).map(|index| format!("{name} {index}")).collect()
    }

    #[test]
    fn a_short_document_is_complete() {
        let mut document = Document::default();
        document.heading(1, "Title");
        document.list(items(2, "item"));
        document.list([]);
        document.code("rust", "a\nb");
        let expected = "# Title\n\n- item 0\n- item 1\n\n```rust\na\nb\n```\n";
        assert_eq!(document.render(), expected);
        assert_eq!(document.render_within(PAGE), expected);
    }

    #[test]
    fn long_lists_are_folded_and_short_ones_stay() {
        let mut document = Document::default();
        document.heading(1, "Title");
        document.list(items(5000, "long"));
        document.list(items(40, "short"));
        document.code("", &items(5000, "code").join("\n"));
        document.log(&items(5000, "log").join("\n"));
        let text = document.render_within(PAGE);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines.len() <= 300 && lines.len() > 290, "{}", lines.len());
        assert_eq!(lines.iter().filter(|line| line.starts_with("- short")).count(), 40);
        let kept = lines.iter().filter(|line| line.starts_with("- long")).count();
        assert!(kept > 50, "{kept}");
        assert!(lines.contains(&&*format!("- … and {} more", 5000 - kept)), "{text}");
        assert!(lines.contains(&&*format!("… and {} more", 5000 - kept)));
        assert!(lines.contains(&&*format!("… {} lines before", 5000 - kept)));
        assert!(lines.contains(&"log 4999") && !lines.contains(&"log 0"));
        assert!(document.render().lines().count() > 15_000);
    }

    #[test]
    fn a_document_of_long_lines_is_folded_by_its_bytes() {
        let mut document = Document::default();
        document.list(items(250, &"x".repeat(1000)));
        let text = document.render_within(PAGE);
        assert!(text.len() <= PAGE.bytes && text.len() > PAGE.bytes - 2000, "{}", text.len());
    }

    #[test]
    fn a_fence_is_longer_than_those_of_its_text() {
        let mut document = Document::default();
        document.log("a\n````\n\u{1b}[31mred\u{7}\tfixes #1");
        assert_eq!(document.render(), "`````\na\n````\n[31mred    fixes \\u{23}1\n`````\n");
        let mut document = Document::default();
        document.code("", &"y".repeat(MAX_LINE + 100));
        assert_eq!(document.render(), format!("```\n{}…\n```\n", "y".repeat(MAX_LINE)));
    }
}

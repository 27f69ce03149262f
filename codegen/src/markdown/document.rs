//! Markdown documents, made of blocks.

/// Markdown document, as blocks with a blank line between them.
#[derive(Debug, Default)]
pub struct Document {
    blocks: Vec<String>,
}

impl Document {
    /// Adds a heading.
    pub fn heading(&mut self, level: usize, title: &str) {
        self.blocks.push(format!("{} {title}", "#".repeat(level)));
    }

    /// Adds a paragraph.
    pub fn paragraph(&mut self, text: impl Into<String>) {
        self.blocks.push(text.into());
    }

    /// Adds a list of single-line items.
    pub fn list(&mut self, items: impl IntoIterator<Item = String>) {
        let items: Vec<String> = items.into_iter().map(|item| format!("- {item}")).collect();
        self.blocks.push(items.join("\n"));
    }

    /// Renders the document.
    pub fn render(&self) -> String {
        self.blocks.join("\n\n") + "\n"
    }
}

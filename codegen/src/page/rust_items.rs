//! Items of a generated Rust file, for a comparison that does not depend on lines.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::visit::Visit;

/// Items of one file, by kind and name.
#[derive(Debug, Default)]
pub struct Items(BTreeMap<Key, Item>);

/// Kind and name of an item, such as `method` and `Client::get`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub noun: &'static str,
    pub name: String,
}

#[derive(Debug, Default)]
struct Item {
    /// Name of the type or module that has the item.
    owner: Option<String>,
    /// Code of the item without that of items inside. Several items can have one name.
    code: Vec<String>,
}

/// Difference between two files.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Difference {
    pub added: Vec<Key>,
    pub removed: Vec<Key>,
    pub changed: Vec<Key>,
}

impl Items {
    /// Reads the items of a Rust file.
    pub fn of_rust(text: &str) -> Result<Self> {
        let file = syn::parse_file(text).context("cannot parse a generated file")?;
        let mut items = Self::default();
        items.add_all("", None, &file.items);
        Ok(items.sorted())
    }

    /// Reads the lines of `API.md`, each with an item of the contract.
    pub fn of_inventory(text: &str) -> Self {
        let mut items = Self::default();
        for line in text.lines() {
            if let Some((name, rest)) = line.strip_prefix("- `").and_then(|line| line.split_once('`')) {
                items.add("line", name.to_owned(), None, rest.to_owned());
            }
        }
        items.sorted()
    }

    /// Compares with the newer file. Parts of an item that is in one file only are not listed.
    pub fn difference(&self, newer: &Self) -> Difference {
        let only_in = |one: &Self, other: &Self| {
            let is_listed =
                |(key, item): &(&Key, &Item)| !other.0.contains_key(key) && !one.owner_is_missing_in(other, item);
            one.0.iter().filter(is_listed).map(|(key, _)| key.clone()).collect()
        };
        let is_changed = |key: &&Key| match (self.0.get(key), newer.0.get(key)) {
            (Some(old), Some(new)) => old.code != new.code,
            _ => false,
        };
        Difference {
            added: only_in(newer, self),
            removed: only_in(self, newer),
            changed: self.0.keys().filter(is_changed).cloned().collect(),
        }
    }

    fn owner_is_missing_in(&self, other: &Self, item: &Item) -> bool {
        let has = |items: &Self, owner: &str| items.0.keys().any(|key| OWNERS.contains(&key.noun) && key.name == owner);
        item.owner.as_ref().is_some_and(|owner| has(self, owner) && !has(other, owner))
    }

    fn add(&mut self, noun: &'static str, name: String, owner: Option<&str>, code: String) {
        let item = self.0.entry(Key { noun, name }).or_default();
        item.owner = owner.map(str::to_owned);
        item.code.push(code);
    }

    /// Sorts items of one name, since their order does not matter.
    fn sorted(mut self) -> Self {
        self.0.values_mut().for_each(|item| item.code.sort());
        self
    }

    fn add_all(&mut self, scope: &str, module: Option<&str>, items: &[syn::Item]) {
        for item in items {
            self.add_item(scope, module, item);
        }
    }

    fn add_item(&mut self, scope: &str, module: Option<&str>, item: &syn::Item) {
        let named = |ident: &syn::Ident| format!("{scope}{ident}");
        match item {
            syn::Item::Struct(item) => {
                let name = named(&item.ident);
                let mut outline = item.clone();
                if let syn::Fields::Named(fields) = &mut outline.fields {
                    for field in std::mem::take(&mut fields.named) {
                        let ident = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
                        let field_name = format!("{name}.{}", ident.trim_start_matches("r#"));
                        self.add("field", field_name, Some(&name), tokens(&field));
                    }
                }
                self.add("struct", name, module, tokens(&outline));
            }
            syn::Item::Enum(item) => {
                let name = named(&item.ident);
                let mut outline = item.clone();
                for variant in std::mem::take(&mut outline.variants) {
                    self.add("variant", format!("{name}::{}", variant.ident), Some(&name), tokens(&variant));
                }
                self.add("enum", name, module, tokens(&outline));
            }
            syn::Item::Trait(item) => {
                let name = named(&item.ident);
                let mut outline = item.clone();
                for member in std::mem::take(&mut outline.items) {
                    let ident = member_name(&member);
                    self.add("method", format!("{name}::{ident}"), Some(&name), tokens(&member));
                }
                self.add("trait", name, module, tokens(&outline));
            }
            syn::Item::Impl(block) => self.add_impl(scope, block),
            syn::Item::Mod(item) => {
                let name = named(&item.ident);
                if let Some((_, items)) = &item.content {
                    self.add_all(&format!("{name}::"), Some(&name), items);
                }
                self.add("module", name, module, tokens(&item.vis));
            }
            syn::Item::Fn(item) => self.add("function", named(&item.sig.ident), module, tokens(item)),
            syn::Item::Type(item) => self.add("type alias", named(&item.ident), module, tokens(item)),
            syn::Item::Const(item) => self.add_table("constant", named(&item.ident), module, &item.expr, item),
            syn::Item::Static(item) => self.add_table("static", named(&item.ident), module, &item.expr, item),
            syn::Item::Use(item) => self.add("import", format!("{scope}{}", shown(&item.tree)), module, tokens(item)),
            syn::Item::Macro(item) => self.add_macro(scope, module, item),
            other => self.add("item", format!("{scope}{}", shown(other)), module, String::new()),
        }
    }

    /// Adds an enum that is written as `open_enum! { Name { Variant = "wire", } }`, or the macro
    /// itself.
    fn add_macro(&mut self, scope: &str, module: Option<&str>, item: &syn::ItemMacro) {
        if let Some(ident) = &item.ident {
            self.add("macro", format!("{scope}{ident}"), module, tokens(item));
            return;
        }
        let Ok(open_enum) = item.mac.parse_body::<OpenEnum>() else {
            self.add("item", format!("{scope}{}", shown(item)), module, String::new());
            return;
        };
        let name = format!("{scope}{}", open_enum.name);
        for variant in &open_enum.variants {
            self.add("variant", format!("{name}::{}", variant.ident), Some(&name), tokens(variant));
        }
        self.add("enum", name, module, open_enum.attributes.iter().map(tokens).collect());
    }

    fn add_impl(&mut self, scope: &str, block: &syn::ItemImpl) {
        let owner = format!("{scope}{}", type_name(&block.self_ty));
        if let Some((_, of, _)) = &block.trait_ {
            let name = format!("{} for {owner}", shown(of));
            self.add("impl", name, Some(&owner), tokens(block));
            return;
        }
        for member in &block.items {
            let (noun, ident) = match member {
                syn::ImplItem::Fn(method) => ("method", method.sig.ident.to_string()),
                syn::ImplItem::Const(constant) => ("constant", constant.ident.to_string()),
                other => ("item", shown(other)),
            };
            self.add(noun, format!("{owner}::{ident}"), Some(&owner), tokens(member));
        }
    }

    /// Adds a constant, and the rows of a table each for itself.
    fn add_table(
        &mut self,
        noun: &'static str,
        name: String,
        module: Option<&str>,
        value: &syn::Expr,
        whole: &impl ToTokens,
    ) {
        let inner = if let syn::Expr::Reference(reference) = value { &*reference.expr } else { value };
        let syn::Expr::Array(rows) = inner else {
            self.add(noun, name, module, tokens(whole));
            return;
        };
        for row in &rows.elems {
            self.add("row", format!("{name}: {}", row_name(row)), Some(&name), tokens(row));
        }
        self.add(noun, name, module, String::new());
    }
}

/// Kinds of items that have others inside.
const OWNERS: &[&str] = &["struct", "enum", "trait", "module", "constant", "static"];

/// Body of the generated macro `open_enum!`. Its variants look like those with a discriminant.
struct OpenEnum {
    attributes: Vec<syn::Attribute>,
    name: syn::Ident,
    variants: Punctuated<syn::Variant, syn::Token![,]>,
}

impl Parse for OpenEnum {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(syn::Attribute::parse_outer)?;
        let name = input.parse()?;
        let body;
        syn::braced!(body in input);
        Ok(Self { attributes, name, variants: Punctuated::parse_terminated(&body)? })
    }
}

impl Difference {
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

fn tokens(item: &impl ToTokens) -> String {
    item.to_token_stream().to_string()
}

/// Returns the code of an item for a reader, without the blanks between all tokens.
fn shown(item: &impl ToTokens) -> String {
    let mut text = tokens(item);
    for (spaced, dense) in
        [(" :: ", "::"), (" < ", "<"), (" >", ">"), (" , ", ", "), ("{ ", "{"), (" }", "}"), ("& ", "&")]
    {
        text = text.replace(spaced, dense);
    }
    text
}

/// Returns the name of a type without its module and arguments.
fn type_name(ty: &syn::Type) -> String {
    match ty {
        syn::Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default(),
        other => shown(other),
    }
}

fn member_name(member: &syn::TraitItem) -> String {
    match member {
        syn::TraitItem::Fn(method) => method.sig.ident.to_string(),
        syn::TraitItem::Const(constant) => constant.ident.to_string(),
        syn::TraitItem::Type(ty) => ty.ident.to_string(),
        other => shown(other),
    }
}

/// Returns the name of a row: all texts of a tuple, otherwise the first text.
fn row_name(row: &syn::Expr) -> String {
    struct Texts(Vec<String>);
    impl Visit<'_> for Texts {
        fn visit_lit_str(&mut self, text: &syn::LitStr) {
            self.0.push(text.value());
        }
    }
    let mut texts = Texts(Vec::new());
    texts.visit_expr(row);
    match row {
        syn::Expr::Tuple(_) if !texts.0.is_empty() => texts.0.join(", "),
        _ => texts.0.into_iter().next().unwrap_or_else(|| shown(row)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = r#"
        use a::b;
        /// Docs.
        pub struct Thing { pub name: String, pub r#type: u8 }
        pub struct Tuple(u8);
        impl Thing { fn one(&self) {} fn two(&self) {} }
        impl Client { pub fn list(&self) -> u8 { 1 } }
        pub enum Kind { A, B }
        open_enum! { /// Docs of Mode.
            Mode { On = "on", Off = "off", } }
        macro_rules! rows { () => {}; }
        pub mod request { pub struct Inner { pub a: u8 } }
        pub static ROWS: &[Row] = &[row("A", 1), row("B", 2)];
        const PAIRS: &[(&str, &str)] = &[("a", "A"), ("a", "B")];
        const LIMIT: usize = 1;
        "#;

    /// Returns the differences as `noun name` after replacements in the text above.
    fn difference(replacements: &[(&str, &str)]) -> Result<[Vec<String>; 3]> {
        let new = replacements.iter().fold(OLD.to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "{from}");
            text.replace(from, to)
        });
        let Difference { added, removed, changed } = Items::of_rust(OLD)?.difference(&Items::of_rust(&new)?);
        let shown = |keys: Vec<Key>| keys.into_iter().map(|key| format!("{} {}", key.noun, key.name)).collect();
        Ok([shown(added), shown(removed), shown(changed)])
    }

    #[test]
    fn parts_are_compared_one_by_one() -> Result<()> {
        for (from, to, added, removed, changed) in [
            ("r#type: u8", "r#type: u8, pub new: u8", "field Thing.new", "", ""),
            ("r#type: u8", "r#type: u16", "", "", "field Thing.type"),
            (", pub r#type: u8", "", "", "field Thing.type", ""),
            ("Docs.\n        pub", "Other docs.\n        pub", "", "", "struct Thing"),
            ("Tuple(u8)", "Tuple(u16)", "", "", "struct Tuple"),
            ("A, B }", "A, B, C }", "variant Kind::C", "", ""),
            ("Off = \"off\"", "Off = \"off\", Auto = \"auto\"", "variant Mode::Auto", "", ""),
            ("\"off\"", "\"OFF\"", "", "", "variant Mode::Off"),
            ("Docs of Mode", "Words", "", "", "enum Mode"),
            ("() => {}", "(x) => {}", "", "", "macro rows"),
            ("fn two", "fn three", "method Thing::three", "method Thing::two", ""),
            ("{ 1 }", "{ 2 }", "", "", "method Client::list"),
            ("pub a: u8", "pub a: u8, pub b: u8", "field request::Inner.b", "", ""),
            ("row(\"B\", 2)", "row(\"B\", 3), row(\"C\", 1)", "row ROWS: C", "", "row ROWS: B"),
            ("(\"a\", \"B\")", "(\"a\", \"C\")", "row PAIRS: a, C", "row PAIRS: a, B", ""),
            ("usize = 1", "usize = 2", "", "", "constant LIMIT"),
            ("a::b", "a::c", "import a::c", "import a::b", ""),
        ] {
            let expected =
                [added, removed, changed].map(|line| if line.is_empty() { vec![] } else { vec![line.to_owned()] });
            assert_eq!(difference(&[(from, to)])?, expected, "{from} → {to}");
        }
        Ok(())
    }

    #[test]
    fn the_parts_of_a_new_item_are_not_listed() -> Result<()> {
        let new = "pub struct New { pub a: u8 } impl New { fn b() {} } impl Clone for New {} \
                   open_enum! { O { X = \"x\", } } mod more { enum E { X } } const T: &[&str] = &[\"x\"]; use a::b;";
        let [added, removed, changed] = difference(&[("use a::b;", new)])?;
        assert_eq!(added, ["constant T", "enum O", "module more", "struct New"]);
        assert!(removed.is_empty() && changed.is_empty());
        Ok(())
    }

    #[test]
    fn order_and_layout_do_not_matter() -> Result<()> {
        let moved = difference(&[
            ("use a::b;", ""),
            ("const LIMIT", "// Comment.\nuse a::b;\nconst LIMIT"),
            ("A, B }", "B, A }"),
        ])?;
        assert_eq!(moved, [const { Vec::<String>::new() }; 3]);
        Ok(())
    }

    #[test]
    fn the_inventory_is_compared_by_line() {
        let (old, new) = ("# T\n- `A` x\n- `B`\n", "# T\n- `A` y\n- `C`\n");
        let Difference { added, removed, changed } = Items::of_inventory(old).difference(&Items::of_inventory(new));
        let names = |keys: Vec<Key>| keys.into_iter().map(|key| key.name).collect::<Vec<_>>();
        assert_eq!([names(added), names(removed), names(changed)], [["C"], ["B"], ["A"]]);
    }
}

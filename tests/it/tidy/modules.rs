//! The modules of a crate: what each defines, imports and names, and where a path through re-exports ends.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::source::is_test;
use super::{files, root};

/// `values::schema`; the root of the crate is empty.
pub(super) type Module = Vec<String>;

#[derive(Default)]
pub(super) struct Contents {
    items: BTreeSet<String>,
    /// Name here, and the path it stands for.
    imports: BTreeMap<String, Vec<String>>,
    globs: Vec<Vec<String>>,
    /// Names of `pub use`.
    exports: BTreeSet<String>,
}

/// A path as the source has it.
pub(super) struct Named {
    pub(super) from: Module,
    pub(super) path: Vec<String>,
    /// A `pub use` or `pub(crate) use`.
    pub(super) reexport: bool,
    pub(super) line: usize,
}

#[derive(Default)]
pub(super) struct Tree {
    pub(super) modules: BTreeMap<Module, Contents>,
    pub(super) named: Vec<Named>,
}

/// Where a path ends: the module that defines the item, and all modules on the way.
pub(super) struct Resolved {
    pub(super) module: Module,
    pub(super) through: Vec<Module>,
}

impl Tree {
    /// Reads the modules of the crate in `src`, which is relative to the root of the repository.
    pub(super) fn of(src: &str) -> Self {
        let mut tree = Self::default();
        let src = root().join(src);
        for path in files(&src, ".rs") {
            let module = module_of(path.strip_prefix(&src).unwrap());
            if module.iter().any(|part| part == "tests") {
                continue;
            }
            let tokens: TokenStream = fs::read_to_string(&path).unwrap().parse().unwrap();
            tree.read(tokens, &module, true);
        }
        tree
    }

    /// `own`: these tokens are the items of a module, not the inside of one of them.
    fn read(&mut self, tokens: TokenStream, module: &Module, own: bool) {
        self.modules.entry(module.clone()).or_default();
        let tokens: Vec<_> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            if let Some(attribute) = attribute(&tokens[at..]) {
                at += 2;
                if is_test(&attribute) {
                    at += item_length(&tokens[at..]);
                }
                continue;
            }
            match &tokens[at] {
                TokenTree::Ident(word) => match (word.to_string().as_str(), tokens.get(at + 1)) {
                    // `use<'a>` is a bound.
                    ("use", Some(next)) if !follows(&tokens, at, '.') && next.to_string() != "<" => {
                        let end = at + tokens[at..].iter().position(|token| token.to_string() == ";").unwrap();
                        let reexport =
                            at > 0 && matches!(tokens[at - 1].to_string().as_str(), "pub" | "(crate)" | "(super)");
                        let reexport = reexport || at > 0 && tokens[at - 1].to_string().starts_with('(');
                        self.import(&tokens[at + 1..end], module, reexport, word.span().start().line);
                        at = end;
                    }
                    ("mod", Some(TokenTree::Ident(name))) => {
                        let child = [module.clone(), vec![name.to_string()]].concat();
                        self.modules.entry(child.clone()).or_default();
                        if let Some(TokenTree::Group(group)) = tokens.get(at + 2) {
                            self.read(group.stream(), &child, true);
                            at += 1;
                        }
                        at += 1;
                    }
                    (
                        "struct" | "enum" | "trait" | "fn" | "const" | "static" | "type",
                        Some(TokenTree::Ident(name)),
                    ) => {
                        if own {
                            self.modules.get_mut(module).unwrap().items.insert(name.to_string());
                        }
                    }
                    _ if follows(&tokens, at, ':') || follows(&tokens, at, '.') => {}
                    _ => {
                        let path = path(&tokens[at..]);
                        if path.len() > 1 {
                            let line = word.span().start().line;
                            self.named.push(Named { from: module.clone(), path, reexport: false, line });
                        }
                    }
                },
                TokenTree::Group(group) => self.read(group.stream(), module, false),
                _ => {}
            }
            at += 1;
        }
    }

    fn import(&mut self, tree: &[TokenTree], module: &Module, reexport: bool, line: usize) {
        let mut leaves = Vec::new();
        flatten(tree, &[], &mut leaves);
        for (path, name) in leaves {
            let contents = self.modules.get_mut(module).unwrap();
            if name == "*" {
                contents.globs.push(path.clone());
            } else {
                if reexport {
                    contents.exports.insert(name.clone());
                }
                contents.imports.insert(name, path.clone());
            }
            self.named.push(Named { from: module.clone(), path, reexport, line });
        }
    }

    /// The names that a module re-exports with `pub use`.
    pub(super) fn exports(&self, module: &str) -> &BTreeSet<String> {
        let module: Module = module.split("::").map(str::to_owned).collect();
        &self.modules[&module].exports
    }

    /// `None` for other crates.
    pub(super) fn resolve(&self, from: &Module, path: &[String]) -> Option<Resolved> {
        let mut through = Vec::new();
        let module = self.walk(from, path, &mut through, 0)?;
        Some(Resolved { module, through })
    }

    fn walk(&self, from: &Module, path: &[String], through: &mut Vec<Module>, depth: usize) -> Option<Module> {
        assert!(depth < 16, "{}: {} runs in a circle", from.join("::"), path.join("::"));
        let mut at = from.clone();
        for (index, part) in path.iter().enumerate() {
            match part.as_str() {
                "crate" => at = Vec::new(),
                "self" => {}
                "super" => {
                    at.pop();
                }
                part => {
                    let contents = &self.modules[&at];
                    let child = [at.clone(), vec![part.to_owned()]].concat();
                    let rest = &path[index + 1..];
                    if self.modules.contains_key(&child) {
                        at = child;
                    } else if contents.items.contains(part) {
                        return Some(at);
                    } else if let Some(target) = contents.imports.get(part) {
                        let target = [target.as_slice(), rest].concat();
                        // An import may have the name of the crate it comes from.
                        if target.first().is_some_and(|first| first == part) {
                            return None;
                        }
                        return self.walk(&at, &target, through, depth + 1);
                    } else if let [glob] = contents.globs.as_slice()
                        && index > 0
                    {
                        let target = [glob.as_slice(), &path[index..]].concat();
                        return self.walk(&at, &target, through, depth + 1);
                    } else {
                        // A name of another crate, or one that a macro defines here.
                        return (index > 0).then_some(at);
                    }
                }
            }
            through.push(at.clone());
        }
        Some(at)
    }
}

fn module_of(file: &Path) -> Module {
    let mut module: Module = file.with_extension("").iter().map(|part| part.to_str().unwrap().to_owned()).collect();
    if module.last().is_some_and(|last| last == "mod" || last == "lib") {
        module.pop();
    }
    module
}

fn attribute(tokens: &[TokenTree]) -> Option<TokenStream> {
    match tokens {
        [TokenTree::Punct(sign), TokenTree::Group(group), ..]
            if sign.as_char() == '#' && group.delimiter() == Delimiter::Bracket =>
        {
            Some(group.stream())
        }
        _ => None,
    }
}

/// The number of tokens up to the end of an item, its further attributes included.
fn item_length(tokens: &[TokenTree]) -> usize {
    let mut at = 0;
    while attribute(&tokens[at..]).is_some() {
        at += 2;
    }
    let until_semicolon = tokens[at..]
        .iter()
        .take_while(|token| !matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace))
        .any(|token| matches!(token.to_string().as_str(), "use" | "const" | "static" | "let" | "type"));
    let is_end = |token: &TokenTree| match token {
        TokenTree::Punct(sign) => sign.as_char() == ';',
        TokenTree::Group(group) => !until_semicolon && group.delimiter() == Delimiter::Brace,
        _ => false,
    };
    tokens[at..].iter().position(is_end).map_or(tokens.len(), |end| at + end + 1)
}

/// Whether the token before is this sign.
fn follows(tokens: &[TokenTree], at: usize, sign: char) -> bool {
    at > 0
        && match (&tokens[at - 1], tokens.get(at.wrapping_sub(2))) {
            (TokenTree::Punct(last), Some(TokenTree::Punct(other))) if sign == ':' => {
                last.as_char() == ':' && other.as_char() == ':'
            }
            (TokenTree::Punct(last), _) => sign != ':' && last.as_char() == sign,
            _ => false,
        }
}

/// `a::b::c` at the beginning.
fn path(tokens: &[TokenTree]) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = tokens;
    while let [TokenTree::Ident(part), after @ ..] = rest {
        found.push(part.to_string());
        match after {
            [TokenTree::Punct(a), TokenTree::Punct(b), next @ ..] if a.as_char() == ':' && b.as_char() == ':' => {
                rest = next;
            }
            _ => break,
        }
    }
    found
}

/// The leaves of a `use`: the path, and the name it gets.
fn flatten(tree: &[TokenTree], prefix: &[String], leaves: &mut Vec<(Vec<String>, String)>) {
    let mut whole = prefix.to_vec();
    for (at, token) in tree.iter().enumerate() {
        match token {
            TokenTree::Ident(word) if word == "as" => {
                leaves.push((whole, tree[at + 1].to_string()));
                return;
            }
            TokenTree::Ident(word) => whole.push(word.to_string()),
            TokenTree::Punct(sign) if sign.as_char() == '*' => {
                leaves.push((whole, "*".to_owned()));
                return;
            }
            TokenTree::Group(group) => {
                let tokens: Vec<_> = group.stream().into_iter().collect();
                for part in tokens.split(|token| matches!(token, TokenTree::Punct(sign) if sign.as_char() == ',')) {
                    if !part.is_empty() {
                        flatten(part, &whole, leaves);
                    }
                }
                return;
            }
            _ => {}
        }
    }
    if whole.last().is_some_and(|last| last == "self") && whole.len() > 1 {
        whole.pop();
    }
    let name = whole.last().unwrap().clone();
    leaves.push((whole, name));
}

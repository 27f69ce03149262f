use serde::{Deserialize, Serialize};
use weaviate::{Collection, Properties};

#[derive(Serialize, Deserialize, Properties)]
struct Article {
    title: String,
}

#[derive(Serialize, Deserialize, Properties)]
struct Author {
    name: String,
}

fn filtered(articles: Collection<Article>) {
    let _ = articles.query().fetch_objects().filter(Author::fields().name.equal("a"));
}

fn sorted(articles: Collection<Article>) {
    let _ = articles.query().fetch_objects().sort(Author::fields().name.descending());
}

fn grouped(articles: Collection<Article>) {
    let _ = articles.query().bm25("a").group_by(Author::fields().name);
}

fn selected(articles: Collection<Article>) {
    let _ = articles.query().bm25("a").properties((Article::fields().title, Author::fields().name));
}

fn searched(articles: Collection<Article>) {
    let _ = articles.query().bm25("a").query_properties((Author::fields().name.weight(2.0),));
}

fn reranked(articles: Collection<Article>) {
    let _ = articles.query().bm25("a").rerank(Author::fields().name.rerank("a"));
}

fn boosted(articles: Collection<Article>) {
    let condition = weaviate::query::BoostCondition::filter(Author::fields().name.equal("a"));
    let _ = articles.query().bm25("a").boost(condition);
}

fn generated(articles: Collection<Article>) {
    let task = weaviate::generate::GroupedTask::new("a").properties((Author::fields().name,));
    let _ = articles.query().bm25("a").generate(weaviate::generate::Generate::grouped(task));
}

fn mixed() {
    let _ = Article::fields().title.equal("a") & Author::fields().name.equal("a");
}

fn main() {}

use weaviate::{Collection, Properties};

#[derive(Properties)]
struct Article {
    address: Address,
}

#[derive(Properties)]
struct Address {
    city: String,
}

fn example(articles: Collection<Article>) {
    let _ = articles.query().fetch_objects().sort(Article::fields().address.city.descending());
}

fn main() {}

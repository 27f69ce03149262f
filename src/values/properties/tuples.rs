//! Tuples of handles, whose types differ: up to 12 of them.

/// Calls a macro with the type parameters of each tuple.
macro_rules! for_each_tuple {
    ($callback:ident) => {
        $callback! {
            A;
            A B;
            A B C;
            A B C D;
            A B C D E;
            A B C D E F;
            A B C D E F G;
            A B C D E F G H;
            A B C D E F G H I;
            A B C D E F G H I J;
            A B C D E F G H I J K;
            A B C D E F G H I J K L;
        }
    };
}

pub(super) use for_each_tuple;

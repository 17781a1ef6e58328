//! The pieces into which texts are split, as a trie over bytes. Nodes are in breadth-first order, so a node's children stand together.

/// One piece: its row in the embedding table and its log probability.
#[derive(Clone, Copy)]
pub(crate) struct Piece {
    pub row: u32,
    pub score: f32,
}

pub(crate) struct Vocabulary {
    /// The byte that leads to each node.
    labels: Vec<u8>,
    /// The first child of each node; the next node's first child is where its children end.
    children: Vec<u32>,
    /// The piece that ends at each node, or `NONE`.
    ends: Vec<u32>,
    pieces: Vec<Piece>,
    /// What a character costs that no piece covers.
    pub unknown_score: f32,
}

const NONE: u32 = u32::MAX;

/// Where a walk through the trie is.
#[derive(Clone, Copy)]
pub(crate) struct Node(u32);

impl Vocabulary {
    pub fn open(section: &[u8]) -> Option<Self> {
        let (count, rest) = section.split_first_chunk::<4>()?;
        let (unknown, rest) = rest.split_first_chunk::<4>()?;
        let (pieces, spelled) = read_pieces(rest, u32::from_le_bytes(*count) as usize)?;
        let mut vocabulary = Self {
            labels: vec![0],
            children: Vec::new(),
            ends: Vec::new(),
            pieces,
            unknown_score: f32::from_le_bytes(*unknown),
        };
        vocabulary.grow(&spelled);
        Some(vocabulary)
    }

    pub fn root(&self) -> Node {
        Node(0)
    }

    pub fn child(&self, node: Node, byte: u8) -> Option<Node> {
        let at = node.0 as usize;
        let (from, to) = (self.children[at] as usize, self.children[at + 1] as usize);
        let place = self.labels[from..to].binary_search(&byte).ok()?;
        Some(Node((from + place) as u32))
    }

    pub fn piece(&self, node: Node) -> Option<Piece> {
        self.pieces.get(self.ends[node.0 as usize] as usize).copied()
    }

    /// Makes the nodes level by level. A node stands for the sorted pieces that begin with its bytes.
    fn grow(&mut self, spelled: &Spelled) {
        let mut level = vec![(0, spelled.len())];
        let mut depth = 0;
        while !level.is_empty() {
            let mut next = Vec::new();
            for (mut from, to) in level {
                let whole = spelled.get(from).len() == depth;
                self.ends.push(if whole { from as u32 } else { NONE });
                self.children.push(self.labels.len() as u32);
                from += usize::from(whole);
                while from < to {
                    let label = spelled.get(from)[depth];
                    let end = (from..to).find(|place| spelled.get(*place)[depth] != label).unwrap_or(to);
                    self.labels.push(label);
                    next.push((from, end));
                    from = end;
                }
            }
            level = next;
            depth += 1;
        }
        self.children.push(self.labels.len() as u32);
    }
}

/// The bytes of all pieces, one after the other.
struct Spelled {
    bytes: Vec<u8>,
    starts: Vec<u32>,
}

impl Spelled {
    fn len(&self) -> usize {
        self.starts.len() - 1
    }

    fn get(&self, place: usize) -> &[u8] {
        &self.bytes[self.starts[place] as usize..self.starts[place + 1] as usize]
    }
}

/// Each record leaves out the bytes that it shares with the piece before.
fn read_pieces(mut rest: &[u8], count: usize) -> Option<(Vec<Piece>, Spelled)> {
    let mut pieces = Vec::with_capacity(count);
    let mut spelled = Spelled { bytes: Vec::new(), starts: vec![0] };
    let mut before = 0..0;
    for _ in 0..count {
        let (head, after) = rest.split_first_chunk::<9>()?;
        let [shared, own, row @ .., _, _, _, _] = *head;
        let [.., a, b, c, d] = *head;
        let (own, after) = after.split_at_checked(usize::from(own))?;
        rest = after;
        let from = spelled.bytes.len();
        let shared = before.start..before.start + usize::from(shared);
        spelled.bytes.extend_from_within(Some(shared).filter(|shared| shared.end <= before.end)?);
        spelled.bytes.extend_from_slice(own);
        before = from..spelled.bytes.len();
        spelled.starts.push(before.end as u32);
        pieces.push(Piece {
            row: u32::from_le_bytes([row[0], row[1], row[2], 0]),
            score: f32::from_le_bytes([a, b, c, d]),
        });
    }
    Some((pieces, spelled)).filter(|(pieces, _)| !pieces.is_empty())
}

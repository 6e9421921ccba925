import os
import numpy as np
import torch

# -----------------------------------------------------------------------------
def join_documents(documents, eot=50256):
    def tokenize(doc):
        tokens = [eot] # the special <|endoftext|> token delimits all documents
        tokens.extend(doc)
        tokens_np = np.array(tokens)
        assert (0 <= tokens_np).all() and (tokens_np < 2**16).all(), "token dictionary too large for uint16"
        return tokens_np.astype(np.uint16)
    return np.concatenate([tokenize(d) for d in documents])

def write_shard(path, tokens):
    tokens_np = np.asarray(tokens)
    assert (0 <= tokens_np).all() and (tokens_np < 2**16).all(), "token dictionary too large for uint16"
    header = np.zeros(256, dtype=np.int32)
    header[0] = 20240520
    header[1] = 1
    header[2] = len(tokens_np)
    with open(path, "wb") as f:
        f.write(header.tobytes())
        f.write(tokens_np.astype(np.uint16).tobytes())

def load_tokens(filename):
    with open(filename, "rb") as f:
        header = np.frombuffer(f.read(256*4), dtype=np.int32)
        assert header.size == 256, "incomplete header"
        assert header[0] == 20240520, "magic number mismatch in the data .bin file"
        assert header[1] == 1, "unsupported version"
        ntok = int(header[2])
    npt = np.memmap(filename, dtype=np.uint16, mode='c', offset=256*4)
    assert len(npt) >= ntok, "number of tokens read does not match header?"
    return npt[:ntok]

read_shard = load_tokens

def get_batch(data, block_size, batch_size, generator=None):
    buf = torch.from_numpy(np.asarray(data).astype(np.int64))
    ix = torch.randint(0, buf.numel() - block_size, (batch_size, 1), generator=generator)
    off = torch.arange(block_size)
    return buf[ix + off], buf[ix + off + 1]

class DataLoaderLite:
    def __init__(self, B, T, process_rank, num_processes, split, data_root="edu_fineweb10B"):
        self.B = B
        self.T = T
        self.process_rank = process_rank
        self.num_processes = num_processes
        assert split in {'train', 'val'}

        # get the shard filenames
        shards = os.listdir(data_root)
        shards = [s for s in shards if split in s]
        shards = sorted(shards)
        shards = [os.path.join(data_root, s) for s in shards]
        self.shards = shards
        assert len(shards) > 0, f"no shards found for split {split}"
        print(f"found {len(shards)} shards for split {split}")
        self.reset()

    def reset(self):
        # state, init at shard zero
        self.current_shard = 0
        self.tokens = load_tokens(self.shards[self.current_shard])
        self.current_position = self.B * self.T * self.process_rank

    def next_batch(self):
        B, T = self.B, self.T
        buf = torch.tensor(self.tokens[self.current_position : self.current_position+B*T+1].astype(np.int32), dtype=torch.long)
        x = (buf[:-1]).view(B, T) # inputs
        y = (buf[1:]).view(B, T) # targets
        # advance the position in the tensor
        self.current_position += B * T * self.num_processes
        # if loading the next batch would be out of bounds for the last rank, advance to next shard
        first = self.current_position - B * T * self.process_rank
        if first + (B * T * self.num_processes + 1) > len(self.tokens):
            self.current_shard = (self.current_shard + 1) % len(self.shards)
            self.tokens = load_tokens(self.shards[self.current_shard])
            self.current_position = B * T * self.process_rank
        return x, y

    def state_dict(self):
        return dict(shard=self.current_shard, position=self.current_position)

    def load_state_dict(self, d):
        self.current_shard, self.current_position = d['shard'], d['position']
        self.tokens = load_tokens(self.shards[self.current_shard])

"""An extra: search the sixty abstracts on a web page. After Problems 0 and 9: `streamlit run search_page.py`."""

from types import SimpleNamespace

import run
import search
import streamlit
import warmup

streamlit.title("Sixty abstracts · 六十篇摘要")
query = streamlit.text_input("What are you looking for? · 想找什么？", run.QUERIES[0])
count = streamlit.slider("How many? · 显示几篇？", 1, 10, 3)
for score, abstract in run.ranked(SimpleNamespace(search=search, warmup=warmup), [query], count)[0]:
    streamlit.subheader(f"{abstract['title']} ({score:.2f})")
    streamlit.write(abstract["text"])

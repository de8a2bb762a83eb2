/* Links to what is shown: the article's URL with a text fragment (WICG, "URL Fragment Text Directives"), by
 * which a browser scrolls to the snippet and marks it. Called by json.c, text.c and fields.c, and
 * by the site. */
#ifndef CSA_SEARCHER_OUTPUT_LINK_H
#define CSA_SEARCHER_OUTPUT_LINK_H

#include "common/base/buffer.h"
#include "common/base/view.h"
#include "searcher/results/page.h"

/* Whether a URL may be made a link: http or https. Others are shown as text only. */
bool csa_link_is_safe(struct csa_view url);

/* The URL in printable ASCII: what is not becomes %XX. */
void csa_link_url(struct csa_buffer *out, struct csa_view url);

/* The URL to a passage: "https://host/path#id:~:text=first%20words,last%20words". A fragment that the URL has
 * is kept, a text directive in it replaced. Appends nothing when the URL is not safe or no text is stored. */
void csa_link_passage(struct csa_buffer *out, struct csa_view url, const struct csa_page_passage *passage);
/* The same with two or three words instead of four, for a page that has many of them. */
void csa_link_passage_briefly(struct csa_buffer *out, struct csa_view url,
                              const struct csa_page_passage *passage);

#endif

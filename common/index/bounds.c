/* What bounds BM25: the stored bytes, and what follows from them for other parameters (docs/index-format.md,
 * section 6). Called by the postings writer and, once for each segment of a query, by the matcher. */
#include "common/index/postings.h"

#include <math.h>

struct csa_saturation csa_saturation_make(double k1, double b, double average)
{
    if (!(average > 0)) {
        average = 1; /* a segment without tokens */
    }
    return (struct csa_saturation){.base = (float)(k1 * (1 - b)), .slope = (float)(k1 * b / average)};
}

uint8_t csa_bound_encode(float value)
{
    double scaled = (double)value * 255; /* exact: 24 bits times 8 */
    if (!(scaled < 255)) {
        return UINT8_MAX; /* NaN too */
    }
    return scaled <= 0 ? 0 : (uint8_t)ceil(scaled);
}

/* K(l) under the stored parameters over K(l) under the asked ones. */
static double ratio_at(struct csa_saturation stored, struct csa_saturation asked, uint32_t length)
{
    double before = (double)stored.base + (double)stored.slope * length;
    double after = (double)asked.base + (double)asked.slope * length;
    return before > 0 && after > 0 ? before / after : INFINITY;
}

void csa_bound_table(struct csa_saturation stored, struct csa_saturation asked, uint32_t shortest,
                     uint32_t longest, float out[256])
{
    if (stored.base == asked.base && stored.slope == asked.slope) {
        for (unsigned i = 0; i < 256; i++) {
            out[i] = (float)i / 255.0F;
        }
        return;
    }
    /* The values were computed in float, so both ends get room for a few units of its last place. */
    static const double rounding = 1e-6;
    shortest = shortest > 1 ? shortest : 1; /* a passage with a posting has a token */
    longest = longest > shortest ? longest : shortest;
    double ratio = fmax(ratio_at(stored, asked, shortest), ratio_at(stored, asked, longest));
    for (unsigned i = 0; i < 256; i++) {
        double bound = i / 255.0 + rounding;
        double odds = bound < 1 ? bound / (1 - bound) * ratio : INFINITY;
        double asked_bound = odds / (1 + odds) * (1 + rounding) + rounding;
        out[i] = asked_bound < 1 ? (float)asked_bound : 1.0F; /* 1 for infinite odds, which give NaN */
    }
}

"""Serial cost sharing (Moulin and Shenker 1992; Kumar 2013, eq. 1): participants demand quantities."""

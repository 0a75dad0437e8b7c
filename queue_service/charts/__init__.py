"""Charts as SVG: numbers and words in, a picture out.

    drawn = draw(trend(points, TrendLook("Share within", "ratio", "da")))

A chart is described by a function of this package (``trend``, ``lengths``) and drawn by
:func:`queue_service.charts.draw.draw`, or without holding the process up by
:class:`queue_service.charts.renderer.Pencil`. A page gives the table of each picture next to it.
"""

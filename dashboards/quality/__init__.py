"""The page *What may bias the figures*."""

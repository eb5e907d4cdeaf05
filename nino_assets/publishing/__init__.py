"""What readers get: the workbook, the bulletin and the open data, all from published cells only."""
